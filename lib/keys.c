/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.c - the table of keys. Pure.
 */
#include "keys.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "plan.h"
#include "value.h"

struct row {
	struct key_about about;
	const char *words;               /* that it takes, between blanks */
	bool (*form)(const char *value); /* what else it takes, or NULL */
	uint32_t low, high;              /* or a number in this range; high 0: none */
	/* Of a value that it does not take: the part that is wrong; NULL: all. */
	const char *(*wrong)(const char *value, size_t *ret_length);
};

#define SPACES     "Spaces"
#define NETWORK    "Network"
#define FILES      "Files"
#define BUSES      "Buses"
#define PRIVILEGES "Privileges"
#define LIMITS     "Limits"

static const struct row ROWS[KEY_COUNT] = {
	[KEY_ISOLATE] = {
		.about = { "isolate", "yes, no, audit", "yes", SPACES,
			   "does a login get a space? audit: let it in without, and log what it would get",
			   false },
		.words = "yes no audit",
	},
	[KEY_SERVICES] = {
		.about = { "services", "names of PAM services", KEYS_SERVICES, SPACES,
			   "the PAM services whose logins get a space", true },
		.form = value_is_service,
	},
	[KEY_NAMESPACES] = {
		.about = { "namespaces",
			   "names out of mount, pid, ipc, uts, net, user, cgroup", 
			   "mount pid ipc uts net", SPACES,
			   "what is the space's own; mount and pid always", true },
		.words = "mount pid ipc uts net user cgroup",
	},
	[KEY_SCOPE] = {
		.about = { "scope", "login, user", "login", SPACES,
			   "a space for each login, or one for all logins of a user", false },
		.words = "login user",
	},
	[KEY_LINGER] = {
		.about = { "linger",
			   "none, processes, forever, or a time from 1s to 365d such as 30min",
			   "none", SPACES, "how long a space lives on after its last login", false },
		.words = "none processes forever",
		.form = value_is_time,
	},
	[KEY_NESTED] = {
		.about = { "nested", "new, keep, deny", "new", SPACES,
			   "a login from inside a space, such as su: a space in the space, none, or no login",
			   false },
		.words = "new keep deny",
	},
	[KEY_MAX_SPACES] = {
		.about = { "max_spaces", "a number from 1 to 65536", "64", SPACES,
			   "how many spaces a user may have at a time", false },
		.low = 1,
		.high = PLAN_MAX_SPACES_LIMIT,
	},
	[KEY_ON_ERROR] = {
		.about = { "on_error", "deny, allow", "deny", SPACES,
			   "when a space cannot be made: no login, or one without a space, logged loudly",
			   false },
		.words = "deny allow",
	},
	[KEY_HOSTNAME] = {
		.about = { "hostname",
			   "a name of letters, digits, - and ., with %u, %U, %h, %i, %s in it", "%h",
			   SPACES,
			   "user %u, uid %U, host %h, space %i, service %s; also in the space's /etc/hosts",
			   false },
		.form = value_is_hostname,
	},
	[KEY_NETWORK] = {
		.about = { "network",
			   "loopback, host, nat, pasta, netns:NAME, device:IF, macvlan:IF",
			   "loopback", NETWORK, "what a space has of the network", false },
		.words = "loopback host nat pasta",
		.form = value_is_network,
	},
	[KEY_ADDRESS_POOL] = {
		.about = { "address_pool", "none, or an IPv4 prefix such as 10.213.0.0/16",
			   "10.213.0.0/16", NETWORK,
			   "where spaces with nat (or macvlan) get their IPv4 addresses from",
			   false },
		.words = "none",
		.form = value_is_pool4,
	},
	[KEY_ADDRESS_POOL6] = {
		.about = { "address_pool6",
			   "none, or an IPv6 prefix such as fd6c:7370:6163::/48",
			   "fd6c:7370:6163::/48", NETWORK,
			   "where spaces with nat (or macvlan) get their IPv6 addresses from",
			   false },
		.words = "none",
		.form = value_is_pool6,
	},
	[KEY_DNS] = {
		.about = { "dns", "IP addresses", "", NETWORK,
			   "name servers of spaces with nat or pasta; empty: the host's", true },
		.form = value_is_address,
	},
	[KEY_REACH_HOST] = {
		.about = { "reach_host", "yes, no", "no", NETWORK,
			   "may a space with nat or pasta connect to the host?", false },
		.words = "yes no",
	},
	[KEY_REACH_SPACES] = {
		.about = { "reach_spaces", "yes, no", "no", NETWORK,
			   "may a space with nat connect to others that may, too?", false },
		.words = "yes no",
	},
	[KEY_PUBLISH] = {
		.about = { "publish", "ports as [ADDRESS:]HOSTPORT:PORT[/tcp|/udp]", "", NETWORK,
			   "ports of the host that lead into a space with pasta", true },
		.form = value_is_publish,
	},
	[KEY_PING_GROUP_RANGE] = {
		.about = { "ping_group_range",
			   "two group numbers, lowest and highest, up to 2147483647",
			   "0 2147483647", NETWORK,
			   "the groups that may ping without a capability; 1 0: none", false },
		.form = value_is_groups,
	},
	[KEY_UNPRIVILEGED_PORT_START] = {
		.about = { "unprivileged_port_start", "a number from 0 to 65535", "1024", NETWORK,
			   "the first port that needs no capability", false },
		.low = 0,
		.high = 65535,
	},
	[KEY_HIDEPID] = {
		.about = { "hidepid", "yes, no", "no", FILES,
			   "does /proc hide the processes of other users?", false },
		.words = "yes no",
	},
	[KEY_PRIVATE_TMP] = {
		.about = { "private_tmp", "tmpfs, no, or an absolute path", "tmpfs", FILES,
			   "what is on /tmp and /var/tmp; a path: a folder in it for each user, kept",
			   false },
		.words = "tmpfs no",
		.form = value_is_path,
	},
	[KEY_TMP_SIZE] = {
		.about = { "tmp_size",
			   "1% to 100% of the memory, or a number with k, m or g such as 512m", "25%",
			   FILES, "the most that each of /tmp, /var/tmp and /dev/shm holds", false },
		.form = value_is_size,
	},
	[KEY_PRIVATE_DEV] = {
		.about = { "private_dev", "yes, no", "no", FILES,
			   "a /dev with the harmless devices only?", false },
		.words = "yes no",
	},
	[KEY_DEVPTS] = {
		.about = { "devpts", "auto, host, private", "auto", FILES,
			   "whose terminals are in /dev/pts; auto: as the login allows", false },
		.words = "auto host private",
	},
	[KEY_HOME] = {
		.about = { "home", "all, own", "all", FILES,
			   "which home folders show; own: the user's alone", false },
		.words = "all own",
	},
	[KEY_SYSTEM] = {
		.about = { "system", "rw, ro", "rw", FILES,
			   "ro: nothing but home, tmp, run and what writable lists can be written",
			   false },
		.words = "rw ro",
	},
	[KEY_READ_ONLY] = {
		.about = { "read_only", "absolute paths, as [-]PATH", "", FILES, "what cannot be written",
			   true },
		.form = value_is_place,
	},
	[KEY_WRITABLE] = {
		.about = { "writable", "absolute paths, as [-]PATH", "", FILES,
			   "what stays writable under system = ro, read_only and root_overlay", true },
		.form = value_is_place,
	},
	[KEY_HIDE] = {
		.about = { "hide", "absolute paths, as [-]PATH", "", FILES, "what does not show", true },
		.form = value_is_place,
	},
	[KEY_BIND] = {
		.about = { "bind", "mounts as [-]SRC:DST[:ro|:rw]", "", FILES,
			   "what shows in another place", true },
		.form = value_is_bind,
	},
	[KEY_TMPFS] = {
		.about = { "tmpfs", "mounts as [-]PATH[:SIZE]", "", FILES,
			   "where a fresh file system in memory is", true },
		.form = value_is_tmpfs,
	},
	[KEY_ROOT] = {
		.about = { "root", "none, or an absolute path", "none", FILES,
			   "another root file system", false },
		.words = "none",
		.form = value_is_path,
	},
	[KEY_ROOT_OVERLAY] = {
		.about = { "root_overlay", "none, tmpfs, or an absolute path", "none", FILES,
			   "where what is written to root goes", false },
		.words = "none tmpfs",
		.form = value_is_path,
	},
	[KEY_USER_BUS] = {
		.about = { "user_bus", "hide, keep", "hide", BUSES,
			   "the socket of the user's systemd, which starts programs outside the space",
			   false },
		.words = "hide keep",
	},
	[KEY_SYSTEM_BUS] = {
		.about = { "system_bus", "hide, keep", "keep", BUSES,
			   "the socket of the system's D-Bus", false },
		.words = "hide keep",
	},
	[KEY_NESTED_USERNS] = {
		.about = { "nested_userns", "yes, no", "yes", PRIVILEGES,
			   "may users make user namespaces? no: with user among the namespaces, or seccomp",
			   false },
		.words = "yes no",
	},
	[KEY_NO_NEW_PRIVS] = {
		.about = { "no_new_privs", "yes, no", "no", PRIVILEGES,
			   "no set-user-ID program works: no su, no sudo", false },
		.words = "yes no",
	},
	[KEY_CAPABILITIES] = {
		.about = { "capabilities", "all, none, or names such as CAP_NET_RAW", "all",
			   PRIVILEGES, "the bounding set; the whole value counts, nothing adds up",
			   false },
		.words = "all none",
		.form = value_is_capabilities,
		.wrong = value_capabilities_wrong,
	},
	[KEY_SECCOMP] = {
		.about = { "seccomp", "none, default", "none", PRIVILEGES,
			   "a filter of system calls", false },
		.words = "none default",
	},
	[KEY_MEMORY_MAX] = {
		.about = { "memory_max",
			   "unlimited, 1% to 100%, or a number with k, m, g or t such as 4g",
			   "unlimited", LIMITS, "the memory of all processes of the space", false },
		.words = "unlimited",
		.form = value_is_memory,
	},
	[KEY_TASKS_MAX] = {
		.about = { "tasks_max", "unlimited, or a number from 1 to 4194304", "unlimited",
			   LIMITS, "how many processes and threads the space may have", false },
		.words = "unlimited",
		.low = 1,
		.high = PLAN_TASKS_LIMIT,
	},
	[KEY_CPU_MAX] = {
		.about = { "cpu_max", "unlimited, or a percentage of one CPU such as 150%",
			   "unlimited", LIMITS, "the CPU time of the space", false },
		.words = "unlimited",
		.form = value_is_percent,
	},
};

const struct key_about *key_about(enum key key)
{
	return &ROWS[key].about;
}

int key_find(const char *name, enum key *ret_key)
{
	unsigned int key;

	for (key = 0; key < KEY_COUNT; key++) {
		const char *known = ROWS[key].about.name;

		/* The first letter saves most of the calls: a thousand sections come by here. */
		if (known[0] == name[0] && strcmp(known, name) == 0) {
			*ret_key = (enum key)key;
			return 0;
		}
	}
	return -ENOENT;
}

static bool takes(const struct row *row, const char *text, size_t length)
{
	char value[VALUE_LENGTH_MAX + 1];
	uint32_t number;

	if (row->words != NULL && value_among(row->words, text, length)) {
		return true;
	}
	if (length >= sizeof(value)) {
		return false;
	}
	memcpy(value, text, length);
	value[length] = '\0';
	return (row->form != NULL && row->form(value)) ||
	       (row->high != 0 && value_number(value, row->low, row->high, &number) == 0);
}

int key_check(enum key key, const char *value, char *text, size_t size)
{
	const struct row *row = &ROWS[key];
	const char *item = value;
	size_t length = strlen(value);
	bool good = true;

	if (row->about.list) {
		while (good && value_next(&value, VALUE_SEPARATORS, &item, &length)) {
			good = takes(row, item, length);
		}
	} else {
		good = takes(row, value, length);
	}
	if (!good) {
		(void)snprintf(text, size, "takes %s", row->about.values);
		return -EINVAL;
	}
	return 0;
}

const char *key_wrong(enum key key, const char *value, size_t *ret_length)
{
	if (ROWS[key].wrong != NULL) {
		return ROWS[key].wrong(value, ret_length);
	}
	*ret_length = strlen(value);
	return value;
}
