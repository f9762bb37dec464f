# The command.  All but grab.c is a library so that the tests can link it.
noinst_LTLIBRARIES += cli/libgrab.la
cli_libgrab_la_CPPFLAGS = $(AM_CPPFLAGS) \
	$(PNG_CFLAGS) $(DEFLATE_CFLAGS) $(V4LCONVERT_CFLAGS) $(TURBOJPEG_CFLAGS) $(TIFF_CFLAGS) \
	$(JANSSON_CFLAGS) $(URING_CFLAGS) -DSYSCONFDIR='"$(sysconfdir)"'
cli_libgrab_la_LIBADD = \
	$(PNG_LIBS) $(DEFLATE_LIBS) $(V4LCONVERT_LIBS) $(TURBOJPEG_LIBS) $(TIFF_LIBS) $(YUV_LIBS) \
	$(JANSSON_LIBS) $(URING_LIBS) -lpthread
cli_libgrab_la_SOURCES = \
	cli/agree.c \
	cli/agree.h \
	cli/arena.c \
	cli/arena.h \
	cli/args.c \
	cli/args.h \
	cli/budget.c \
	cli/budget.h \
	cli/camera_jpeg.c \
	cli/camera_jpeg.h \
	cli/camera_jpeg_parts.c \
	cli/camera_jpeg_tables.c \
	cli/clock.h \
	cli/complete.c \
	cli/complete.h \
	cli/conffile.c \
	cli/conffile.h \
	cli/control.c \
	cli/control.h \
	cli/control_list.c \
	cli/control_list.h \
	cli/device.c \
	cli/device.h \
	cli/direct.c \
	cli/direct.h \
	cli/direct_ring.c \
	cli/direct_ring.h \
	cli/encode.c \
	cli/encode.h \
	cli/encode_jpeg.c \
	cli/encode_null.c \
	cli/encode_options.c \
	cli/encode_pixels.c \
	cli/encode_pixels.h \
	cli/encode_png.c \
	cli/encode_pnm.c \
	cli/encode_raw.c \
	cli/encode_tiff.c \
	cli/encode_y4m.c \
	cli/encoders.h \
	cli/estimate.c \
	cli/estimate.h \
	cli/explain.c \
	cli/explain.h \
	cli/histogram.c \
	cli/histogram.h \
	cli/inplace.c \
	cli/inplace.h \
	cli/inspection.c \
	cli/inspection.h \
	cli/jpeg_planes.c \
	cli/jpeg_planes.h \
	cli/jsontext.c \
	cli/jsontext.h \
	cli/limit_list.c \
	cli/limit_list.h \
	cli/list.c \
	cli/list.h \
	cli/metadata.c \
	cli/metadata.h \
	cli/name.c \
	cli/name.h \
	cli/name_expand.c \
	cli/name_unique.c \
	cli/option.c \
	cli/option.h \
	cli/outfile.c \
	cli/outfile.h \
	cli/outfile_check.c \
	cli/outfile_internal.h \
	cli/outfile_sync.c \
	cli/outfile_temporary.c \
	cli/output.c \
	cli/output.h \
	cli/parse.c \
	cli/parse.h \
	cli/picture.c \
	cli/picture.h \
	cli/picture_text.c \
	cli/picture_text.h \
	cli/pipeline.c \
	cli/pipeline.h \
	cli/pixel_loops.h \
	cli/pixel_path.c \
	cli/pixel_path.h \
	cli/pixel_path_table.h \
	cli/pixel_path_x86.c \
	cli/pixel_path_x86.h \
	cli/pixels.c \
	cli/pixels.h \
	cli/pixels_bayer.c \
	cli/pixels_grey.c \
	cli/pixels_jpeg.c \
	cli/pixels_rgb.c \
	cli/pixels_source.h \
	cli/pixels_v4l.c \
	cli/pixels_yuv.c \
	cli/place.c \
	cli/place.h \
	cli/plan.c \
	cli/plan.h \
	cli/png/bits.h \
	cli/png/block.c \
	cli/png/block.h \
	cli/png/choose.c \
	cli/png/choose.h \
	cli/png/coder.c \
	cli/png/coder.h \
	cli/png/filter.c \
	cli/png/filter.h \
	cli/png/grey.c \
	cli/png/grey.h \
	cli/png/huffman.c \
	cli/png/huffman.h \
	cli/png/map.c \
	cli/png/map.h \
	cli/png/matches.c \
	cli/png/matches.h \
	cli/png/measure.c \
	cli/png/measure.h \
	cli/png/path.c \
	cli/png/path.h \
	cli/png/path_arm.c \
	cli/png/path_arm.h \
	cli/png/path_loops.h \
	cli/png/path_x86.c \
	cli/png/path_x86.h \
	cli/png/places.h \
	cli/png/runs.c \
	cli/png/runs.h \
	cli/png/tokens.c \
	cli/png/tokens.h \
	cli/planar.c \
	cli/planar.h \
	cli/png_best.c \
	cli/png_best.h \
	cli/png_file.c \
	cli/png_file.h \
	cli/png_strips.c \
	cli/png_strips.h \
	cli/progress.c \
	cli/progress.h \
	cli/report.c \
	cli/report.h \
	cli/request.c \
	cli/request.h \
	cli/ring.c \
	cli/ring.h \
	cli/say.c \
	cli/say.h \
	cli/sieve.c \
	cli/sieve.h \
	cli/signals.c \
	cli/signals.h \
	cli/sink.c \
	cli/sink.h \
	cli/status.c \
	cli/status.h \
	cli/tally.c \
	cli/tally.h \
	cli/tiff_page.c \
	cli/tiff_page.h \
	cli/unpack.h \
	cli/words.c \
	cli/words.h \
	cli/writer.c \
	cli/writer.h \
	cli/y4m.c \
	cli/y4m.h \
	cli/ycbcr.c \
	cli/ycbcr.h

bin_PROGRAMS += cli/grab
dist_bin_SCRIPTS += cli/grab-vfio
cli_grab_SOURCES = cli/grab.c
cli_grab_LDADD = cli/libgrab.la libcapture/libcapture.la

# Completions come out of the table of options in the program; a program for
# another machine cannot be asked, so a cross build has none.
if !CROSS_COMPILING
bashcompletion_DATA = cli/completion/bash/grab
zshcompletion_DATA = cli/completion/zsh/_grab
CLEANFILES += $(bashcompletion_DATA) $(zshcompletion_DATA)

cli/completion/bash/grab: cli/grab$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cli/grab$(EXEEXT) --completion bash >$@.tmp && mv $@.tmp $@

cli/completion/zsh/_grab: cli/grab$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cli/grab$(EXEEXT) --completion zsh >$@.tmp && mv $@.tmp $@
endif
