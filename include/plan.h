/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.h - the policy worked out for one login: plain data, and all that the building code sees.
 *
 * Configuration and look-ups end in a plan; nothing below reads a file of the administrator's, a
 * name service or the environment. What the kernel has to hear of a login's policy has its place
 * here.
 */
#ifndef LOGINSPACE_PLAN_H
#define LOGINSPACE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "restrict.h"
#include "value.h"

#define PLAN_HOSTNAME_SIZE   65   /* HOST_NAME_MAX + 1 of gethostname(2) */
#define PLAN_TEMPLATE_SIZE   192  /* of a host name */
#define PLAN_TMPFS_SIZE_SIZE 24   /* a "size=" value of tmpfs(5): "25%", "512m" */
#define PLAN_NETWORK_SIZE    64   /* the value of the key network */
#define PLAN_DNS_MAX         8    /* name servers; resolv.conf(5) uses three */
#define PLAN_PUBLISH_MAX     64   /* ports of the host that lead into the space */
#define PLAN_PATH_SIZE       1024 /* of a path, its templates expanded */
#define PLAN_TTY_SIZE        256  /* as MESSAGE_TTY_SIZE of message.h */
#define PLAN_ABOUT_SIZE      320  /* of what says for people where a mount comes from */

/* More mounts than this no plan has; each may hold an fd while the space is built. */
#define PLAN_MOUNTS_MAX 256u

/* More spaces than this one user never has: the bound of the number in a space id, exclusive. */
#define PLAN_MAX_SPACES_LIMIT 65536u

/* PID_MAX_LIMIT of the kernel's include/linux/threads.h. */
#define PLAN_TASKS_LIMIT 4194304u

enum plan_scope {
	SCOPE_LOGIN = 0, /* a space for each login */
	SCOPE_USER = 1,  /* one for all logins of a user */
	SCOPE_COUNT,
};

enum plan_linger {
	LINGER_NONE = 0,      /* ends with its last owner */
	LINGER_PROCESSES = 1, /* when no process is left either */
	LINGER_TIME = 2,      /* so many seconds later */
	LINGER_FOREVER = 3,   /* when somebody ends it */
	LINGER_COUNT,
};

enum plan_nested {
	NESTED_NEW = 0,
	NESTED_KEEP = 1,
	NESTED_DENY = 2,
};

enum plan_network_kind {
	NETWORK_LOOPBACK = 0, /* a namespace with nothing but lo */
	NETWORK_HOST = 1,     /* no namespace: the application's own network */
	NETWORK_NAT = 2,      /* a veth pair, routed and masqueraded by the host */
	NETWORK_NETNS = 3,    /* a namespace that the administrator has made: /run/netns/NAME */
	NETWORK_DEVICE = 4,   /* an interface of the host, moved into the space */
	NETWORK_MACVLAN = 5,  /* an interface of its own on that of the host */
	NETWORK_PASTA = 6,    /* user-mode, by the program pasta(1) */
	NETWORK_COUNT,
};

struct plan_network {
	enum plan_network_kind kind;
	char name[PLAN_NETWORK_SIZE]; /* of NETNS, DEVICE and MACVLAN: what is behind the colon */
	/* Where addresses come from; no bits: none of this family. See pool.h. */
	struct value_prefix pool4, pool6;
	bool pool_named; /* the administrator has named address_pool or address_pool6 */
	struct value_address dns[PLAN_DNS_MAX];
	size_t dns_count; /* 0: the host's */
	bool reach_host;
	bool reach_spaces;
	struct value_publish publish[PLAN_PUBLISH_MAX]; /* of PASTA */
	size_t publish_count;
};

/* What is on /tmp and /var/tmp. */
enum plan_tmp {
	TMP_TMPFS = 0,  /* fresh file systems in memory */
	TMP_HOST = 1,   /* what the host has there */
	TMP_FOLDER = 2, /* folders of the user's that are kept: MOUNT_INSTANCE */
};

/* Where what is written to the root file system goes. */
enum plan_overlay {
	OVERLAY_NONE = 0,   /* there */
	OVERLAY_TMPFS = 1,  /* into memory; gone with the space */
	OVERLAY_FOLDER = 2, /* into a folder of the user's that is kept */
};

/* What happens at one place of the tree. See view.h for the order of the work. */
enum plan_mount_kind {
	MOUNT_KEEP,      /* stays as it is when the system becomes read-only */
	MOUNT_COVER,     /* an empty folder, root's, only there for what is put into it */
	MOUNT_RUNTIME,   /* as MOUNT_COVER, with one folder in it, UID, that is the user's */
	MOUNT_TMPFS,     /* a fresh file system in memory, owner and mode as what it covers */
	MOUNT_HIDE,      /* nothing that could be opened */
	MOUNT_BIND,      /* what the host has at SOURCE */
	MOUNT_INSTANCE,  /* /tmp or /var/tmp from SOURCE/UID, which is made when missing */
	MOUNT_READ_ONLY, /* what is there by now, with all below but for longer paths */
	MOUNT_WRITABLE,  /* as it was before any MOUNT_READ_ONLY above it */
	MOUNT_COUNT,
};

/* All paths are absolute, without ".", ".." or a slash at the end. */
struct plan_mount {
	enum plan_mount_kind kind;
	bool optional; /* left out when TARGET (or SOURCE) is not there */
	bool anchored; /* TARGET, a folder in /run, is made on the host when missing: see view.h */
	char target[PLAN_PATH_SIZE];
	char source[PLAN_PATH_SIZE];     /* of MOUNT_BIND and MOUNT_INSTANCE: on the host */
	char size[PLAN_TMPFS_SIZE_SIZE]; /* of MOUNT_TMPFS and MOUNT_RUNTIME */
	char about[PLAN_ABOUT_SIZE]; /* "hide = /srv/x (FILE:LINE)", or "home = own" and the like */
};

/* What the processes of a space may take together; 0: as much as there is. */
struct plan_limits {
	uint64_t memory;         /* bytes */
	uint32_t memory_percent; /* of the machine's, instead of bytes */
	uint32_t tasks;          /* processes and threads */
	uint32_t cpu_percent;    /* of one CPU */
};

struct plan {
	uid_t uid;           /* of the login */
	uint32_t namespaces; /* CLONE_NEW* flags, see namespaces(7); mount and pid always */
	bool nested_userns;  /* may there be user namespaces below that of CLONE_NEWUSER? */
	struct restrictions restrictions; /* of the login's processes */
	enum plan_scope scope;
	enum plan_linger linger;
	uint32_t linger_seconds; /* of LINGER_TIME */
	enum plan_nested nested;
	bool lenient;            /* on_error = allow */
	unsigned int max_spaces; /* of this user at a time, 1 to PLAN_MAX_SPACES_LIMIT */
	struct plan_limits limits;
	enum plan_tmp tmp;
	bool hidepid;        /* /proc shows a process only who may trace it */
	bool private_dev;    /* a /dev of its own */
	bool private_devpts; /* a /dev/pts of its own: the login has no terminal yet */
	bool system_ro;      /* all read-only but what MOUNT_KEEP names */
	bool has_paths;      /* the administrator has named paths: they may lie anywhere */
	enum plan_overlay overlay;
	struct plan_mount *mounts; /* in the order of work, see view.h */
	size_t mount_count;
	char tmp_size[PLAN_TMPFS_SIZE_SIZE];
	char hostname[PLAN_TEMPLATE_SIZE]; /* a template, see hostname.h */
	char network[PLAN_NETWORK_SIZE];   /* as configured, for people */
	struct plan_network net;
	uint32_t ping_group_low;  /* who may ping without a capability, icmp(7); low above */
	uint32_t ping_group_high; /* high: nobody. 0 to 2147483647 */
	uint32_t unprivileged_port_start; /* 0 to 65535, ip(7) */
	uint64_t digest;           /* of the policy it comes from: another digest, another policy */
	char home[PLAN_PATH_SIZE]; /* the user's, when a mount has to do with it; or "" */
	char root[PLAN_PATH_SIZE]; /* another root file system, or "": the host's */
	char overlay_folder[PLAN_PATH_SIZE]; /* of OVERLAY_FOLDER */
	char root_about[PLAN_ABOUT_SIZE];    /* as plan_mount.about, of root and of root_overlay */
	char overlay_about[PLAN_ABOUT_SIZE];
	char tty[PLAN_TTY_SIZE]; /* the terminal that the login has, as PAM_TTY says; or "" */
};

/*
 * plan_userns_owner - who owns the user namespace of a space of UID's: an id that nobody runs as, one
 * for each user. What is counted in there counts as this one's on the host, user_namespaces(7) and
 * namespaces(7), so a user can neither use up what is root's nor another user's; and no process has a
 * power over it for its uid. UID + 2147483648, so such ids must not be given to users; for a user who
 * has one all the same: 4294967293 (..92).
 */
uid_t plan_userns_owner(uid_t uid);

/* plan_is_limited - is there any limit in it? */
bool plan_is_limited(const struct plan *plan);

/* plan_scope_name - "login" or "user", as in the configuration; "unknown". Never NULL. */
const char *plan_scope_name(enum plan_scope scope);

/* plan_linger_name - "none", "processes", "time", "forever"; "unknown". Never NULL. */
const char *plan_linger_name(enum plan_linger linger);

#endif
