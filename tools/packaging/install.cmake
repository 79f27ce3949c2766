# `cmake --install` installs the libraries, their headers, the files that find_package and
# pkg-config read, the guides and the examples. Three parts: `libraries` to run with, `development` to build
# with, `tools` for the command line.

# Where a shared library or a program of ours finds the libraries beside it, wherever the tree lies.
if(PROJECT_IS_TOP_LEVEL AND BUILD_SHARED_LIBS AND NOT DEFINED CMAKE_INSTALL_RPATH)
  file(RELATIVE_PATH tutti_libraries_from_programs /${CMAKE_INSTALL_BINDIR}
       /${CMAKE_INSTALL_LIBDIR})
  set(CMAKE_INSTALL_RPATH "$ORIGIN" "$ORIGIN/${tutti_libraries_from_programs}")
endif()

# One export set for each module, so that find_package(tutti COMPONENTS sim) asks for Cereal alone.
function(tutti_install_module name)
  if(NOT TUTTI_INSTALL)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY TUTTI_MODULES ${name})
  install(TARGETS tutti_${name} EXPORT tutti-${name}
          LIBRARY COMPONENT libraries NAMELINK_COMPONENT development
          ARCHIVE COMPONENT development)
  install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development OPTIONAL)
  install(EXPORT tutti-${name} FILE tutti-${name}-targets.cmake NAMESPACE tutti::
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tutti COMPONENT development)
endfunction()

# tutti_pkg_config(<name> <description> <library> <needs> <third parties>): <name>.pc of a module.
# The libraries under a static one have to be in the final link; those under a shared one have not.
function(tutti_pkg_config name description library needs third_parties)
  set(flags -ffp-contract=off)
  set(libraries -l${library})
  if(BUILD_SHARED_LIBS)
    list(APPEND flags -DTUTTI_SHARED)
  else()
    list(APPEND needs ${third_parties})
    list(APPEND libraries -pthread)
    foreach(part ${CMAKE_DL_LIBS})
      list(APPEND libraries -l${part})
    endforeach()
  endif()
  tutti_write_pkg_config(${name} ${description} "${needs}" "${libraries}" "${flags}")
endfunction()

# tutti_write_pkg_config(<name> <description> <needs> <libraries> <flags>): lists, as they are.
function(tutti_write_pkg_config PC_NAME PC_DESCRIPTION needs libraries flags)
  list(JOIN needs ", " PC_REQUIRES)
  list(JOIN libraries " " PC_LIBS)
  list(JOIN flags " " PC_CFLAGS)
  file(RELATIVE_PATH PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  string(REGEX REPLACE "/$" "" PC_PREFIX "${PC_PREFIX}")
  configure_file(${PROJECT_SOURCE_DIR}/tools/packaging/tutti.pc.in ${PC_NAME}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${PC_NAME}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endfunction()

# Everything that is not one module's.
function(tutti_install_package)
  include(CMakePackageConfigHelpers)
  get_property(TUTTI_MODULES GLOBAL PROPERTY TUTTI_MODULES)
  list(REMOVE_ITEM TUTTI_MODULES fleet)  # only who asks for it needs libnats
  set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tutti)
  configure_package_config_file(tools/packaging/tutti-config.cmake.in tutti-config.cmake
                                INSTALL_DESTINATION ${package_dir})
  # Until 1.0 the interface may change with every minor version.
  write_basic_package_version_file(tutti-config-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tutti-config.cmake
                ${CMAKE_CURRENT_BINARY_DIR}/tutti-config-version.cmake
                tools/packaging/tutti-games.cmake
          DESTINATION ${package_dir} COMPONENT development)

  tutti_pkg_config(tutti-sim "the deterministic heart of Tutti" tutti_sim "" "")
  tutti_pkg_config(tutti-replay "Tutti's match files" tutti_replay tutti-sim
                   "libxxhash;libzstd;libsodium")
  tutti_pkg_config(tutti-net "Tutti's relay and client" tutti_net tutti-replay
                   "libsodium;libzstd")
  tutti_pkg_config(tutti "an engine for deterministic multiplayer games" tutti_engine tutti-net "")
  tutti_pkg_config(tutti-storm "whole matches of Tutti in simulated weather" tutti_storm tutti "")
  set(nats "")
  if(NATS_FOUND)
    set(nats libnats)
  endif()
  tutti_pkg_config(tutti-fleet "a relay's logs off its machine" tutti_fleet tutti "${nats}")

  # The library for C stands on nothing that its user would have to link.
  tutti_write_pkg_config(tutti-c "Tutti for programs in C" "" -ltutti "")

  install(CODE "
    set(SOURCE [[${PROJECT_SOURCE_DIR}]])
    set(STAGING [[${CMAKE_CURRENT_BINARY_DIR}/documents]])
    set(DOCUMENTS [[${CMAKE_INSTALL_DOCDIR}]])
    set(HEADERS [[${CMAKE_INSTALL_INCLUDEDIR}]])
    include([[${PROJECT_SOURCE_DIR}/tools/packaging/documents.cmake]])"
          COMPONENT development)
  install(DIRECTORY engine/examples DESTINATION ${CMAKE_INSTALL_DOCDIR}/engine
          COMPONENT development PATTERN ".clang-format" EXCLUDE)
endfunction()
