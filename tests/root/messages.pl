# SPDX-License-Identifier: BSD-2-Clause
#
# messages.pl WHAT FILE...: the texts of C files, for 95-troubleshooting.sh. Texts that stand side by side
# are one, a macro between them and each %s are "...".
#
#   all    every text
#   said   those that are said to somebody: by complaint_say, pam_error; and in files and functions that
#          hold nothing but such
#   events the first word of each line of the log
use strict;
use warnings;

my $what = shift;
my $text = qr/"(?:[^"\\\n]|\\.)*"/;
my $joined = qr/$text(?:\s+(?:[A-Z][A-Z_]+\s+)?$text|\s+PRI\w+\s*$text?)*(?:\s+[A-Z][A-Z_]+(?=\s*$text))?/;

sub plain {
	my $string = shift;

	$string =~ s/%"\s*PRI\w+\s*"?/.../g;
	$string =~ s/"\s+SWITCH_PATH\s+"/\/run\/loginspace\/off/g;
	$string =~ s/"\s+[A-Z_]+\s+"/.../g;
	$string =~ s/(?<!\\)"\s*"//g;
	$string =~ s/^"|"$//g;
	$string =~ s/\\(["\\])/$1/g;
	$string =~ s/%[-+#0-9.*]*(?:l|ll|z|j)?[a-zA-Z]/.../g;
	return $string;
}

sub show {
	my $string = plain(shift);
	(my $bare = $string) =~ s/\.\.\.|[^A-Za-z]//g;

	print "$string\n" if length($bare) >= 5 && $string =~ / /;
}

for my $file (@ARGV) {
	open(my $in, '<', $file) or die "$file: $!";
	local $/;
	$_ = <$in>;
	s/^\s*#\s*include.*$//mg;
	s{/\*.*?\*/}{}gs;
	if ($what eq 'all') {
		show($1) while /($joined)/g;
	} elsif ($what eq 'events') {
		while (/\b(?:begin|begin_space|line_begin|report_let_in)\(([^;{]*?)\);/gs) {
			my $call = $1;
			print "$1\n" while $call =~ /"([a-z]+)"/g;
		}
	} else {
		show($1) while /\b(?:complaint_say|pam_error)\((?:\w+,)?\s*($joined)/g;
		show($1) while /notice\),\s*($joined)/g;
		next unless $file =~ /root_reason\.c$/ || s/.*?\nconst char \*space_error_phrase(.*?)\n}.*/$1/s
			|| s/.*?static const char \*const WHAT\[\](.*?)};.*/$1/s;
		s/strrchr|strcmp.*//g;
		show($1) while /($joined)/g;
	}
}
