# SPDX-License-Identifier: BSD-2-Clause
# What tests, measures and checks. Included by the Makefile at the top.

DEPS_BUILD := gcc libc6-dev make libpam0g-dev libcap-dev libmnl-dev libinih-dev libjson-c-dev \
	libseccomp-dev scdoc
DEPS_TEST := libcmocka-dev openssh-server openssh-client openssh-sftp-server pamtester tmux rsync \
	sudo iproute2 iputils-ping procps util-linux login passwd strace git jq zsh \
	autofs bubblewrap busybox-static debootstrap nftables passt dnsmasq-base mosh socat xauth gdb vim-tiny python3 \
	cron at opendoas keyutils fuse3 uidmap curl tcpdump libpam-net
DEPS_BENCH := libpam-net crun firejail systemd-container iperf3 slirp4netns valgrind gnuplot-nox
DEPS_LINT := clang-format clang-tidy cppcheck shellcheck valgrind libslurm-dev
DEPS_COVERAGE := gcovr
DEPS_FUZZ := clang libclang-rt-dev
DEPS_LONG := valgrind

deps:
	@tests/deps $(DEPS_BUILD) $(DEPS_TEST)

deps-bench: deps
	@tests/deps $(DEPS_BENCH)

deps-lint: deps
	@tests/deps $(DEPS_LINT)

deps-fuzz: deps
	@tests/deps $(DEPS_FUZZ)

# Unit tests and fuzz targets: one program a file, which names the files it links in a comment
# "links: a.c b.c", so that a test cannot lean on more than its unit.
UNIT_SRC := $(wildcard tests/unit/test_*.c)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
UNIT := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)
REPLAY := $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/replay/%)
FUZZ := $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/fuzz/%)
links = $(shell sed -n 's,^/\* links: \(.*\) \*/$$,\1,p' $<)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
TEST_QUOTED := $(addprefix -iquote ,pam_module $(HELPER_DIRS) $(COMMAND_DIRS) slurm)
TEST_COMPILE = $(COMPILE) $(TEST_QUOTED)

SOURCES := $(wildcard include/*.h lib/*.[ch] slurm/*.[ch] pam_module/*.[ch] $(HELPER_DIRS:=/*.[ch]) \
	$(COMMAND_DIRS:=/*.[ch]) tests/unit/*.h tests/fuzz/*.h)

# A unit is compiled once, whatever number of tests links it.
linked = $(shell sed -n 's,^/\* links: \(.*\) \*/$$,\1,p' tests/unit/$(1).c)
unit_objects = $(patsubst %.c,$(BUILD)/pie/%.o,$(filter %.c,$(call linked,$(1))))

.PRECIOUS: $(BUILD)/pie/%.o
.SECONDEXPANSION:
$(BUILD)/unit/%: tests/unit/%.c $(SOURCES) $$(call unit_objects,$$*)
	@mkdir -p $(@D)
	$(call say,TEST)
	$(Q)$(TEST_COMPILE) -o $@ $< $(filter %.o,$^) $(filter -l%,$(call linked,$*)) -lcmocka

$(BUILD)/replay/%: tests/fuzz/%.c tests/fuzz/replay.c $(SOURCES)
	@mkdir -p $(@D)
	$(call say,FUZZ)
	$(Q)$(TEST_COMPILE) $(SANITIZE) -o $@ $< tests/fuzz/replay.c $(links)

$(BUILD)/fuzz/%: tests/fuzz/%.c $(SOURCES)
	@mkdir -p $(@D)
	$(call say,FUZZ)
	$(Q)$(CLANG) -std=gnu11 -O1 -g $(DEFINES) -Iinclude $(TEST_QUOTED) \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -o $@ $< $(links)

# After a change of message.h: the corpora anew.
seeds: $(BUILD)/seeds
	$< tests/fuzz/corpus

$(BUILD)/seeds: tests/fuzz/seeds.c lib/message.c $(SOURCES)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -o $@ $< lib/message.c

check-unit: $(UNIT)
	@tests/unit/run $(UNIT)

check-fuzz: $(REPLAY)
	@tests/fuzz/replay $(REPLAY)

check-root: all
	@tests/root/run

check: deps
	@tests/check "$(MAKE)"

demo: deps
	@$(MAKE) --no-print-directory all
	@tests/rig/enter -- tests/demo/demo

# PLOTS: a folder for plots of that run. The figures themselves are left in $(BUILD)/bench.
bench bench-full: deps-bench
	@$(MAKE) --no-print-directory all
	@mkdir -p $(BUILD)/bench
	@tests/bench/bench $(if $(filter %-full,$@),--full) --csv $(BUILD)/bench/$@.csv \
		--json $(BUILD)/bench/$@.json $(if $(PLOTS),--plots $(PLOTS))

# JSON: the document of another run.
bench-plots: deps-bench
	@tests/bench/plots $(or $(JSON),$(BUILD)/bench/bench-full.json) docs/plots

bench-network: deps-bench
	@$(MAKE) --no-print-directory all
	@tests/bench/network

san: deps
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/san HARDEN= FILTERS=0 INIT_LINK=-pie \
		OPTIMISE='-O1 -g $(SANITIZE)' \
		all check-unit check-fuzz
	@LS_SAN=1 LS_BUILD=$(CURDIR)/$(BUILD)/san tests/root/run san

# The programs that count what is run; COVERAGE="60- 62-" names the root tests. What helper and init end
# by is wrapped, see tests/coverage/flush.c.
COVERAGE ?=
COUNTING := -O0 -g --coverage -fprofile-update=atomic -fprofile-abs-path

$(BUILD)/coverage/flush.o: tests/coverage/flush.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -fPIC -c -o $@ $<

deps-coverage: deps
	@tests/deps $(DEPS_COVERAGE)

coverage: deps-coverage $(BUILD)/coverage/flush.o
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/coverage HARDEN= FILTERS=0 INIT_LINK=-pie OPTIMISE='$(COUNTING)' \
		LDFLAGS='$(BUILD)/coverage/flush.o -Wl,--wrap=_exit,--wrap=execveat,--wrap=landlock_enter' \
		all unit-programs
	@tests/coverage/run $(CURDIR)/$(BUILD)/coverage $(COVERAGE)

unit-programs: $(UNIT)

fuzz: deps-fuzz
	@$(MAKE) --no-print-directory $(FUZZ)
	@tests/fuzz/run $(FUZZ_SECONDS) $(FUZZ)

# What takes hours: 20,000 logins, an hour for each fuzzer, valgrind, sanitizers. LONG: some of these.
long: deps deps-fuzz
	@tests/deps $(DEPS_LONG)
	@$(MAKE) --no-print-directory all
	@tests/long/run $(LONG)

lint: deps-lint
	@tests/lint

.PHONY: seeds deps deps-coverage coverage unit-programs deps-bench deps-lint deps-fuzz check check-unit check-fuzz check-root demo bench \
	bench-full bench-plots bench-network san fuzz long lint
