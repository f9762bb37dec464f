# Manual pages, mdoc by hand.  A page tells of several functions and structs; each
# of the others is a link to it, so that "man capture_wait" works.
dist_man_MANS += \
	man/capture-file.7 \
	man/capture-grabbers.7 \
	man/capture-memory.7 \
	man/capture-sim.7 \
	man/capture-v4l2.7 \
	man/capture-udma.7 \
	man/capture-vfio.7 \
	man/capture_attach.3 \
	man/capture_controls.3 \
	man/capture_error.3 \
	man/capture_grab.3 \
	man/capture_list.3 \
	man/capture_open.3 \
	man/capture_pixel_format_find.3 \
	man/capture_queue.3 \
	man/capture_set_format.3 \
	man/capture_stats.3 \
	man/capture_verify.3 \
	man/grab-scripting.7 \
	man/grab.1 \
	man/grab.conf.5 \
	man/libcapture.3 \
	man/udma.4 \
	man/udma.9

man_links = \
	man/man3/capture_attach_fd.3 \
	man/man3/capture_backend_at.3 \
	man/man3/capture_backend_info.3 \
	man/man3/capture_backend_options.3 \
	man/man3/capture_buffer_data.3 \
	man/man3/capture_buffer_set_tag.3 \
	man/man3/capture_buffer_size.3 \
	man/man3/capture_buffer_tag.3 \
	man/man3/capture_close.3 \
	man/man3/capture_config.3 \
	man/man3/capture_control.3 \
	man/man3/capture_detach.3 \
	man/man3/capture_device.3 \
	man/man3/capture_fd.3 \
	man/man3/capture_format.3 \
	man/man3/capture_format_info.3 \
	man/man3/capture_format_layout.3 \
	man/man3/capture_formats.3 \
	man/man3/capture_fourcc_name.3 \
	man/man3/capture_fourcc_parse.3 \
	man/man3/capture_frame.3 \
	man/man3/capture_get_control.3 \
	man/man3/capture_get_format.3 \
	man/man3/capture_info.3 \
	man/man3/capture_limit.3 \
	man/man3/capture_limits.3 \
	man/man3/capture_input.3 \
	man/man3/capture_inputs.3 \
	man/man3/capture_pixel_format.3 \
	man/man3/capture_pixel_format_at.3 \
	man/man3/capture_plane.3 \
	man/man3/capture_set_control.3 \
	man/man3/capture_set_input.3 \
	man/man3/capture_start.3 \
	man/man3/capture_stop.3 \
	man/man3/capture_try_format.3 \
	man/man3/capture_version.3 \
	man/man3/capture_wait.3

man_MANS = $(man_links)

# The page that has the name in its NAME section, or shows the struct.
$(man_links): $(dist_man_MANS)
	$(AM_V_GEN)name=`basename $@ .3`; \
	page=`cd '$(srcdir)' && grep -l -e "^\.Nm $$name\( ,\)*$$" -e "^struct $$name {$$" man/*.3 | head -n 1`; \
	test -n "$$page" || { echo "no page tells of $$name" >&2; exit 1; }; \
	$(MKDIR_P) man/man3 && echo ".so man3/`basename $$page`" >$@

# A tree as man(1) wants it, for MANPATH before anything is installed.
all-local: man/tree.stamp
man/tree.stamp: $(dist_man_MANS) $(man_links)
	$(AM_V_GEN)for page in $(dist_man_MANS); do \
		folder=man/man`expr $$page : '.*\.\(.\)$$'`; \
		$(MKDIR_P) $$folder && \
		rm -f $$folder/`basename $$page` && \
		ln -s '$(abs_srcdir)'/$$page $$folder/ || exit 1; \
	done; touch $@

clean-local:
	rm -rf man/tree.stamp man/man[1-9]
