// SPDX-License-Identifier: BSD-2-Clause
/*
 * noforker SERVICE USER CMD ARGS: an application that opens a session and then itself becomes the
 * user's program, without a fork, as systemd does for a unit with PAMName= (systemd.exec(5)). A
 * child stays behind to close the session when that has ended.
 *
 * With GONE in the environment it removes itself first, as an upgrade does.
 * Ends with 224, as systemd says EXIT_PAM, when the session was not opened; else as CMD does.
 */
#include <err.h>
#include <grp.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { EXIT_PAM = 224 };

static int talk(int count, const struct pam_message **messages, struct pam_response **ret_answers,
		void *data)
{
	(void)data;
	*ret_answers = calloc((size_t)count, sizeof(**ret_answers));
	for (int i = 0; i < count; i++) {
		fprintf(stderr, "%s\n", messages[i]->msg);
	}
	return *ret_answers ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* What systemd calls (sd-pam): waits for the end of its parent, then closes. */
static void closer_start(pam_handle_t *pam)
{
	sigset_t term;
	int sig;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	if (fork() != 0) {
		return;
	}
	sigprocmask(SIG_BLOCK, &term, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	for (int fd = 0; fd < 3; fd++) {
		close(fd);
	}
	sigwait(&term, &sig);
	(void)pam_close_session(pam, PAM_DATA_SILENT);
	(void)pam_end(pam, PAM_SUCCESS | PAM_DATA_SILENT);
	_exit(0);
}

int main(int argc, char **argv)
{
	static const struct pam_conv conv = { talk, NULL };
	const struct passwd *user;
	pam_handle_t *pam;

	if (argc < 4 || !(user = getpwnam(argv[2]))) {
		errx(2, "usage: noforker SERVICE USER CMD ARGS");
	}
	if (getenv("GONE") && unlink(argv[0]) < 0) {
		err(2, "%s", argv[0]);
	}
	if (pam_start(argv[1], argv[2], &conv, &pam) != PAM_SUCCESS ||
	    pam_acct_mgmt(pam, 0) != PAM_SUCCESS || pam_open_session(pam, 0) != PAM_SUCCESS) {
		return EXIT_PAM;
	}
	closer_start(pam);
	if (initgroups(user->pw_name, user->pw_gid) < 0 || setgid(user->pw_gid) < 0 ||
	    setuid(user->pw_uid) < 0) {
		err(EXIT_PAM, "%s", user->pw_name);
	}
	execv(argv[3], argv + 3);
	err(127, "%s", argv[3]);
}
