# One program a noun, with cmocka.  Sorted.
UNIT_LIBS = $(TEST_LIBS) $(CMOCKA_LIBS)
# of the command
GRAB_UNIT_LIBS = cli/libgrab.la $(UNIT_LIBS)
# slow formulas to compare converters with
reference_sources = tests/unit/reference.c tests/unit/reference.h
encoding_sources = tests/unit/encoding.c tests/unit/encoding.h $(reference_sources)
folder_sources = tests/unit/folder.c tests/unit/folder.h
wrap_ioctl_sources = tests/unit/wrap_ioctl.c tests/unit/wrap_ioctl.h
# the Bt878's model in the test's own process
bt878_sources = tests/unit/bt878_rig.c tests/unit/bt878_rig.h
# a client of the vfio-user server
vfio_peer_sources = tests/unit/vfio_peer.c tests/unit/vfio_peer.h
# a device in the place of libv4l2
v4l2_fake_sources = tests/unit/v4l2_fake.c tests/unit/v4l2_fake.h \
	tests/unit/v4l2_fake_controls.c tests/unit/v4l2_fake_controls.h
v4l2_run_sources = tests/unit/v4l2_run.c tests/unit/v4l2_run.h $(v4l2_fake_sources)

# a Bt848 of the tests' own, and its driver on it
random_sources = tests/unit/random.c tests/unit/random.h
bt8x8_sources = tests/unit/bt8x8_chip.c tests/unit/bt8x8_chip.h tests/unit/bt8x8_rig.c \
	tests/unit/bt8x8_rig.h $(random_sources)

if HAVE_CMOCKA
unit_tests = \
	tests/unit/test_bt878_faults \
	tests/unit/test_bt878_registers \
	tests/unit/test_bt878_risc \
	tests/unit/test_bt8x8 \
	tests/unit/test_bt8x8_model \
	tests/unit/test_budget \
	tests/unit/test_camera_jpeg \
	tests/unit/test_chunk \
	tests/unit/test_conffile \
	tests/unit/test_control \
	tests/unit/test_emulator_control \
	tests/unit/test_direct \
	tests/unit/test_inplace \
	tests/unit/test_edu \
	tests/unit/test_encode \
	tests/unit/test_error \
	tests/unit/test_file \
	tests/unit/test_file_pictures \
	tests/unit/test_format \
	tests/unit/test_histogram \
	tests/unit/test_jpeg \
	tests/unit/test_name \
	tests/unit/test_option \
	tests/unit/test_outfile \
	tests/unit/test_outfile_check \
	tests/unit/test_parse \
	tests/unit/test_pattern \
	tests/unit/test_pixel_format \
	tests/unit/test_pixels \
	tests/unit/test_pixels_v4l \
	tests/unit/test_place \
	tests/unit/test_png \
	tests/unit/test_png_coder \
	tests/unit/test_png_huffman \
	tests/unit/test_png_map \
	tests/unit/test_png_matches \
	tests/unit/test_png_path \
	tests/unit/test_queue \
	tests/unit/test_segment \
	tests/unit/test_sessions \
	tests/unit/test_sieve \
	tests/unit/test_sim \
	tests/unit/test_bus \
	tests/unit/test_sim_faults \
	tests/unit/test_sim_memory \
	tests/unit/test_sim_options \
	tests/unit/test_sim_schedule \
	tests/unit/test_sim_transfer \
	tests/unit/test_sink \
	tests/unit/test_status \
	tests/unit/test_tiff \
	tests/unit/test_udma_bytes \
	tests/unit/test_udma_verify \
	tests/unit/test_uri \
	tests/unit/test_v4l2_address \
	tests/unit/test_v4l2_control \
	tests/unit/test_v4l2_format \
	tests/unit/test_v4l2_frame \
	tests/unit/test_v4l2_maps \
	tests/unit/test_v4l2_open \
	tests/unit/test_v4l2_queue \
	tests/unit/test_v4l2_remap \
	tests/unit/test_v4l2_slot \
	tests/unit/test_v4l2_way \
	tests/unit/test_vfio_user_death \
	tests/unit/test_vfio_user_interrupts \
	tests/unit/test_vfio_user_memory \
	tests/unit/test_vfio_iommufd \
	tests/unit/test_vfio_iova \
	tests/unit/test_vfio_device \
	tests/unit/test_vfio_thread \
	tests/unit/test_vfio_user_messages \
	tests/unit/test_vfio_window \
	tests/unit/test_y4m
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif

tests_unit_test_bt8x8_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_bt8x8_SOURCES = tests/unit/test_bt8x8.c $(bt8x8_sources)
tests_unit_test_bt8x8_LDADD = $(UNIT_LIBS)
tests_unit_test_bt8x8_model_SOURCES = tests/unit/test_bt8x8_model.c $(random_sources)
tests_unit_test_bt8x8_model_CPPFLAGS = $(EMULATOR_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_bt8x8_model_LDADD = tests/emulator/libmodels.la $(UNIT_LIBS)
tests_unit_test_budget_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_budget_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_conffile_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_conffile_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_control_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_control_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_camera_jpeg_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS) $(TURBOJPEG_CFLAGS)
tests_unit_test_camera_jpeg_SOURCES = tests/unit/test_camera_jpeg.c $(reference_sources)
tests_unit_test_camera_jpeg_LDADD = $(GRAB_UNIT_LIBS) $(TURBOJPEG_LIBS)
tests_unit_test_chunk_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_chunk_LDADD = $(CMOCKA_LIBS)
tests_unit_test_edu_SOURCES = tests/unit/test_edu.c $(random_sources)
tests_unit_test_direct_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_direct_SOURCES = tests/unit/test_direct.c $(random_sources)
tests_unit_test_direct_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=direct_ring_write,--wrap=direct_ring_wait
tests_unit_test_direct_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_inplace_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_inplace_SOURCES = tests/unit/test_inplace.c $(random_sources)
tests_unit_test_inplace_LDADD = $(GRAB_UNIT_LIBS) -lpthread
tests_unit_test_edu_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_edu_LDADD = $(UNIT_LIBS)
tests_unit_test_encode_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_encode_SOURCES = tests/unit/test_encode.c $(encoding_sources)
tests_unit_test_encode_LDADD = $(GRAB_UNIT_LIBS) -lpthread
tests_unit_test_error_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_error_LDADD = $(UNIT_LIBS) -lpthread
tests_unit_test_format_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_format_LDADD = $(UNIT_LIBS)
tests_unit_test_histogram_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_histogram_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_jpeg_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS) $(TURBOJPEG_CFLAGS)
tests_unit_test_jpeg_SOURCES = tests/unit/test_jpeg.c $(encoding_sources)
tests_unit_test_jpeg_LDADD = $(GRAB_UNIT_LIBS) $(TURBOJPEG_LIBS) -lm
tests_unit_test_option_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_option_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_parse_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_parse_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_pattern_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_pattern_LDADD = $(UNIT_LIBS)
tests_unit_test_name_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_name_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_outfile_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_outfile_SOURCES = tests/unit/test_outfile.c $(folder_sources)
# file systems that lack what these do
tests_unit_test_outfile_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=renameat2,--wrap=link
tests_unit_test_outfile_LDADD = $(GRAB_UNIT_LIBS) -lpthread
tests_unit_test_outfile_check_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_outfile_check_SOURCES = tests/unit/test_outfile_check.c $(folder_sources)
tests_unit_test_outfile_check_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_pixel_format_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_pixel_format_LDADD = $(UNIT_LIBS)
tests_unit_test_pixels_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_pixels_SOURCES = tests/unit/test_pixels.c $(reference_sources)
tests_unit_test_pixels_LDADD = $(GRAB_UNIT_LIBS) -lm
tests_unit_test_pixels_v4l_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_pixels_v4l_SOURCES = tests/unit/test_pixels_v4l.c $(reference_sources)
tests_unit_test_pixels_v4l_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_place_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_place_SOURCES = tests/unit/test_place.c $(folder_sources)
tests_unit_test_place_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_png_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS) $(PNG_CFLAGS)
tests_unit_test_png_SOURCES = tests/unit/test_png.c tests/unit/decode.c tests/unit/decode.h \
	$(encoding_sources)
tests_unit_test_png_LDADD = $(GRAB_UNIT_LIBS) $(PNG_LIBS) -lpthread
png_content_sources = tests/unit/png_content.c tests/unit/png_content.h
tests_unit_test_png_coder_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS) $(DEFLATE_CFLAGS)
tests_unit_test_png_coder_SOURCES = tests/unit/test_png_coder.c $(png_content_sources)
tests_unit_test_png_coder_LDADD = $(GRAB_UNIT_LIBS) $(DEFLATE_LIBS)
tests_unit_test_png_huffman_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_png_huffman_SOURCES = tests/unit/test_png_huffman.c $(random_sources)
tests_unit_test_png_huffman_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_png_map_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_png_map_SOURCES = tests/unit/test_png_map.c $(random_sources)
tests_unit_test_png_map_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_png_path_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_png_path_SOURCES = tests/unit/test_png_path.c $(random_sources)
tests_unit_test_png_path_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_png_matches_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_png_matches_SOURCES = tests/unit/test_png_matches.c $(png_content_sources)
tests_unit_test_png_matches_LDADD = $(GRAB_UNIT_LIBS)
# the core against a backend that the test plays itself: table.c is left out
tests_unit_test_queue_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_queue_SOURCES = tests/unit/test_queue.c tests/unit/fake_backend.c \
	tests/unit/fake_backend.h $(core_sources)
tests_unit_test_queue_LDADD = $(CMOCKA_LIBS)
tests_unit_test_segment_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_segment_LDADD = $(CMOCKA_LIBS)
tests_unit_test_sessions_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sessions_LDADD = $(UNIT_LIBS) -lpthread
tests_unit_test_sieve_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sieve_LDADD = $(GRAB_UNIT_LIBS)
sim_run_sources = tests/unit/sim_run.c tests/unit/sim_run.h
tests_unit_test_file_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_file_SOURCES = tests/unit/test_file.c $(sim_run_sources) $(folder_sources)
tests_unit_test_file_LDADD = $(UNIT_LIBS)
tests_unit_test_file_pictures_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS) $(PNG_CFLAGS)
tests_unit_test_file_pictures_SOURCES = tests/unit/test_file_pictures.c $(sim_run_sources) $(folder_sources)
tests_unit_test_file_pictures_LDADD = $(UNIT_LIBS) $(PNG_LIBS)
tests_unit_test_sim_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sim_SOURCES = tests/unit/test_sim.c $(sim_run_sources)
tests_unit_test_sim_LDADD = $(UNIT_LIBS) -lpthread
tests_unit_test_bus_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_bus_LDADD = $(UNIT_LIBS)
tests_unit_test_sim_faults_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sim_faults_SOURCES = tests/unit/test_sim_faults.c $(sim_run_sources)
tests_unit_test_sim_faults_LDADD = $(UNIT_LIBS)
tests_unit_test_sim_memory_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sim_memory_SOURCES = tests/unit/test_sim_memory.c $(sim_run_sources)
tests_unit_test_sim_memory_LDADD = $(UNIT_LIBS)
tests_unit_test_sim_options_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sim_options_LDADD = $(UNIT_LIBS)
tests_unit_test_sim_schedule_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sim_schedule_LDADD = $(UNIT_LIBS)
tests_unit_test_sim_transfer_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sim_transfer_LDADD = $(UNIT_LIBS)
tests_unit_test_sink_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_sink_LDADD = $(GRAB_UNIT_LIBS) -lpthread
tests_unit_test_status_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_status_LDADD = $(GRAB_UNIT_LIBS)
tests_unit_test_tiff_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS) $(TIFF_CFLAGS)
tests_unit_test_tiff_SOURCES = tests/unit/test_tiff.c $(encoding_sources)
tests_unit_test_tiff_LDADD = $(GRAB_UNIT_LIBS) $(TIFF_LIBS)
tests_unit_test_udma_bytes_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_udma_bytes_LDADD = $(UNIT_LIBS)
tests_unit_test_udma_verify_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_udma_verify_LDADD = $(UNIT_LIBS)
tests_unit_test_uri_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_uri_LDADD = $(UNIT_LIBS)
tests_unit_test_v4l2_address_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_v4l2_address_LDADD = $(UNIT_LIBS)
tests_unit_test_v4l2_control_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_v4l2_control_SOURCES = tests/unit/test_v4l2_control.c $(v4l2_fake_sources)
tests_unit_test_v4l2_control_LDADD = $(UNIT_LIBS)
tests_unit_test_v4l2_format_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_v4l2_format_SOURCES = tests/unit/test_v4l2_format.c $(v4l2_fake_sources)
tests_unit_test_v4l2_format_LDADD = $(UNIT_LIBS)
tests_unit_test_v4l2_frame_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_v4l2_frame_SOURCES = tests/unit/test_v4l2_frame.c $(v4l2_run_sources)
tests_unit_test_v4l2_frame_LDADD = $(UNIT_LIBS)
tests_unit_test_v4l2_maps_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_v4l2_maps_LDADD = $(UNIT_LIBS)
tests_unit_test_v4l2_open_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_v4l2_open_SOURCES = tests/unit/test_v4l2_open.c $(v4l2_fake_sources)
tests_unit_test_v4l2_open_LDADD = $(UNIT_LIBS)
tests_unit_test_v4l2_queue_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_v4l2_queue_SOURCES = tests/unit/test_v4l2_queue.c $(v4l2_run_sources)
tests_unit_test_v4l2_queue_LDADD = $(UNIT_LIBS)
tests_unit_test_v4l2_remap_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_v4l2_remap_SOURCES = tests/unit/test_v4l2_remap.c $(v4l2_run_sources)
tests_unit_test_v4l2_remap_LDADD = $(UNIT_LIBS)
tests_unit_test_v4l2_slot_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_v4l2_slot_LDADD = $(UNIT_LIBS)
tests_unit_test_v4l2_way_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_v4l2_way_SOURCES = tests/unit/test_v4l2_way.c $(v4l2_run_sources)
tests_unit_test_v4l2_way_LDADD = $(UNIT_LIBS)
tests_unit_test_vfio_iommufd_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_vfio_iommufd_SOURCES = tests/unit/test_vfio_iommufd.c $(wrap_ioctl_sources)
tests_unit_test_vfio_iommufd_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=ioctl,--wrap=close
tests_unit_test_vfio_iommufd_LDADD = $(UNIT_LIBS)
tests_unit_test_vfio_device_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_vfio_device_SOURCES = tests/unit/test_vfio_device.c $(wrap_ioctl_sources)
tests_unit_test_vfio_device_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=ioctl
tests_unit_test_vfio_device_LDADD = $(UNIT_LIBS)
tests_unit_test_vfio_iova_SOURCES = tests/unit/test_vfio_iova.c $(random_sources)
tests_unit_test_vfio_iova_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_vfio_iova_LDADD = $(UNIT_LIBS)
tests_unit_test_vfio_thread_CPPFLAGS = $(EMULATOR_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_vfio_thread_SOURCES = tests/unit/test_vfio_thread.c $(wrap_ioctl_sources)
tests_unit_test_vfio_thread_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=ioctl
tests_unit_test_vfio_thread_LDADD = $(EMULATOR_LIBS) $(UNIT_LIBS) -lpthread
tests_unit_test_vfio_window_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_vfio_window_SOURCES = tests/unit/test_vfio_window.c $(bt8x8_sources)
tests_unit_test_vfio_window_LDADD = $(UNIT_LIBS) -lpthread
tests_unit_test_y4m_CPPFLAGS = $(TEST_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_y4m_SOURCES = tests/unit/test_y4m.c $(reference_sources)
tests_unit_test_y4m_LDADD = $(GRAB_UNIT_LIBS) -lm

tests_unit_test_bt878_faults_SOURCES = tests/unit/test_bt878_faults.c $(bt878_sources)
tests_unit_test_bt878_faults_CPPFLAGS = $(EMULATOR_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_bt878_faults_LDADD = tests/emulator/libmodels.la $(CMOCKA_LIBS)
tests_unit_test_bt878_registers_SOURCES = tests/unit/test_bt878_registers.c $(bt878_sources)
tests_unit_test_bt878_registers_CPPFLAGS = $(EMULATOR_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_bt878_registers_LDADD = tests/emulator/libmodels.la $(CMOCKA_LIBS)
tests_unit_test_bt878_risc_SOURCES = tests/unit/test_bt878_risc.c $(bt878_sources)
tests_unit_test_bt878_risc_CPPFLAGS = $(EMULATOR_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_bt878_risc_LDADD = tests/emulator/libmodels.la $(CMOCKA_LIBS)

tests_unit_test_vfio_user_messages_SOURCES = tests/unit/test_vfio_user_messages.c $(vfio_peer_sources)
tests_unit_test_vfio_user_messages_CPPFLAGS = $(EMULATOR_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_vfio_user_messages_LDADD = $(EMULATOR_LIBS) $(CMOCKA_LIBS)

# the driver and the program tests/emulator/emulator, each in a process of its own
tests_unit_test_vfio_user_death_SOURCES = tests/unit/test_vfio_user_death.c tests/unit/vfio_remote.c \
	tests/unit/vfio_remote.h tests/lib/guard.c tests/lib/guard.h $(random_sources)
tests_unit_test_vfio_user_death_CPPFLAGS = $(EMULATOR_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_vfio_user_death_LDADD = $(UNIT_LIBS)
EXTRA_tests_unit_test_vfio_user_death_DEPENDENCIES = tests/emulator/emulator

tests_unit_test_vfio_user_memory_SOURCES = tests/unit/test_vfio_user_memory.c $(vfio_peer_sources)
tests_unit_test_vfio_user_memory_CPPFLAGS = $(EMULATOR_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_vfio_user_memory_LDADD = $(EMULATOR_LIBS) $(CMOCKA_LIBS)

tests_unit_test_vfio_user_interrupts_SOURCES = tests/unit/test_vfio_user_interrupts.c $(vfio_peer_sources)
tests_unit_test_vfio_user_interrupts_CPPFLAGS = $(EMULATOR_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_vfio_user_interrupts_LDADD = $(EMULATOR_LIBS) $(CMOCKA_LIBS)

tests_unit_test_emulator_control_CPPFLAGS = $(EMULATOR_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_emulator_control_LDADD = $(EMULATOR_LIBS) $(CMOCKA_LIBS)
