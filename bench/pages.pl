#!/usr/bin/perl
# Pages of 4 KiB of a disk image.
#
#   pages.pl scatter IMAGE COUNT SEED     writes random data at random places; prints the bytes written
#   pages.pl take SOURCE IMAGE            makes IMAGE like SOURCE, writing only the pages that differ, which go to stdout
use strict;
use warnings;

my ($what, $path, @rest) = @ARGV;
my $page = 4096;

if ($what eq 'scatter') {
    my ($count, $seed) = @rest;
    srand($seed);
    open(my $image, '+<:raw', $path) or die "$path: $!";
    my $pages = int((-s $image) / $page);
    my %places;
    while (keys %places < $count) {
        my $place = int(rand($pages));
        next if $places{$place}++;
        sysseek($image, $page * $place, 0);
        syswrite($image, pack('L*', map { int(rand(2**32)) } 1 .. $page / 4)) == $page or die $!;
    }
    print $page * $count, "\n";
} elsif ($what eq 'take') {
    my $slice = 256 * $page;
    open(my $source, '<:raw', $path) or die "$path: $!";
    open(my $image, '+<:raw', $rest[0]) or die "$rest[0]: $!";
    truncate($image, -s $source);
    binmode(STDOUT);
    for (my $at = 0; sysread($source, my $new, $slice); $at += $slice) {
        sysseek($image, $at, 0);
        sysread($image, my $old, $slice);
        next if $new eq $old;
        for (my $in = 0; $in < length $new; $in += $page) {
            my $changed = substr($new, $in, $page);
            next if $changed eq substr($old, $in, $page);
            print $changed;
            sysseek($image, $at + $in, 0);
            syswrite($image, $changed) == length $changed or die $!;
        }
    }
} else {
    die "pages.pl: scatter or take\n";
}
