#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The pictures of vivid's test pattern generator, computed: no driver was asked.
#
#   picture.pl PATTERN FOURCC WIDTHxHEIGHT [FRAMES]
#
# PATTERN is the number of vivid's menu "Test Pattern": 0 75% bars, 1 100% bars, 4 squares of
# colours, 5 black, 6 white, 10 checkers of 16x16 pixels, 20 a ramp of grey. RGB formats have them
# all; YCbCr formats the bars, whose limited range values are in the table below; GREY has black.
use strict;
use warnings;

my ($pattern, $fourcc, $size, $frames) = @ARGV;
my ($w, $h) = split /x/, $size;

# white yellow cyan green magenta red blue black
my @rgb = map { [ map { $_ eq '1' ? 255 : 0 } split // ] } qw(111 110 011 010 101 100 001 000);
# Y Cb Cr of the same
my %ycbcr = (
	0 => [ map { [ map { hex } /../g ] }
		qw(b38080 a02c8d 829c2c 6f483a 53b7c5 4063d3 22d372 108080) ],
	1 => [ map { [ map { hex } /../g ] }
		qw(ea8080 d11092 a8a510 903622 6ac9dd 515aef 28ef6d 108080) ],
);

sub bar { return int($_[0] * 8 / $w) }

# The colour of a pixel as red, green, blue
sub rgb
{
	my ($x, $y) = @_;

	return @{ $rgb[bar($x)] } if $pattern == 1;
	return @{ $rgb[(int($y * 8 / $h) + int($x * 8 / $w)) % 8] } if $pattern == 4;
	return (0) x 3 if $pattern == 5;
	return (255) x 3 if $pattern == 6;
	return ((($x >> 4 ^ $y >> 4) & 1) ? 0 : 255) x 3 if $pattern == 10;
	return (int($x * 256 / $w)) x 3 if $pattern == 20;
	die "no formula for pattern $pattern in RGB\n";
}

# A plane of one or two of the three YCbCr samples of bars
sub bars
{
	my ($xstep, $lines, @samples) = @_;
	my $table = $ycbcr{$pattern} or die "no formula for pattern $pattern in YCbCr\n";
	my $row = '';

	for (my $x = 0; $x < $w; $x += $xstep) {
		$row .= chr $table->[bar($x)][$_] for @samples;
	}
	return $row x $lines;
}

sub packed
{
	my @order = @_;		# of Y Cb Y Cr, as 0 1 0 2
	my $table = $ycbcr{$pattern} or die "no formula for pattern $pattern in YCbCr\n";
	my $row = '';

	for (my $x = 0; $x < $w; $x += 2) {
		$row .= chr $table->[bar($x)][$_] for @order;
	}
	return $row x $h;
}

my %formats = (
	RGB3 => sub { pixels(0, 1, 2) },
	BGR3 => sub { pixels(2, 1, 0) },
	GREY => sub { $pattern == 5 ? "\0" x ($w * $h) : die "no formula for GREY\n" },
	YUYV => sub { packed(0, 1, 0, 2) },
	UYVY => sub { packed(1, 0, 2, 0) },
	YVYU => sub { packed(0, 2, 0, 1) },
	NV12 => sub { bars(1, $h, 0) . bars(2, $h / 2, 1, 2) },
	NV16 => sub { bars(1, $h, 0) . bars(2, $h, 1, 2) },
	NV61 => sub { bars(1, $h, 0) . bars(2, $h, 2, 1) },
	NV24 => sub { bars(1, $h, 0) . bars(1, $h, 1, 2) },
	YU12 => sub { bars(1, $h, 0) . bars(2, $h / 2, 1) . bars(2, $h / 2, 2) },
	YV12 => sub { bars(1, $h, 0) . bars(2, $h / 2, 2) . bars(2, $h / 2, 1) },
	'422P' => sub { bars(1, $h, 0) . bars(2, $h, 1) . bars(2, $h, 2) },
	YM24 => sub { bars(1, $h, 0) . bars(1, $h, 1) . bars(1, $h, 2) },
);
$formats{NM12} = $formats{NV12};
$formats{NM16} = $formats{NV16};
$formats{NM61} = $formats{NV61};
$formats{YM12} = $formats{YU12};
$formats{YM21} = $formats{YV12};
$formats{YM16} = $formats{'422P'};

sub pixels
{
	my @order = @_;
	my ($picture, %rows) = '';

	for my $y (0 .. $h - 1) {
		# few rows differ: the patterns change every 16th of one or an eighth of all
		my $key = join ' ', $y >> 4, int($y * 8 / $h);

		$rows{$key} //= join '', map { my @c = rgb($_, $y); map { chr $c[$_] } @order } 0 .. $w - 1;
		$picture .= $rows{$key};
	}
	return $picture;
}

my $make = $formats{$fourcc // ''} or die "no formula for the format\n";
binmode STDOUT;
print $make->() x ($frames // 1);
