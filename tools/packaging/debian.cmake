# `cpack` makes packages for Debian 12 of a build. There are three: libtutti<version> with the
# shared libraries (of a build with static ones that is the library for C alone), libtutti-dev to
# build games with, and tutti with the command line.
#
#   cmake -S . -B build -G Ninja -DBUILD_SHARED_LIBS=ON -DTUTTI_BUILD_DEMO=OFF \
#     -DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_INSTALL_RPATH=
#   cmake --build build && cpack --config build/CPackConfig.cmake -B build/packages

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tutti)
set(CPACK_PACKAGE_CONTACT "The authors of Tutti <tutti@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL libraries development)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION devel)

set(abi ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(version ${PROJECT_VERSION})
set(CPACK_DEBIAN_LIBRARIES_PACKAGE_NAME libtutti${abi})
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libtutti-dev)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME tutti)
set(about "A relay orders input events; every machine runs the same simulation, predicts,
 and rolls back when the log contradicts it.")
set(CPACK_COMPONENT_LIBRARIES_DESCRIPTION "engine for deterministic multiplayer games\n${about}")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
    "engine for deterministic multiplayer games: headers\n${about}")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION
    "engine for deterministic multiplayer games: command line\n${about}")

# Programs and libraries name by themselves what they are linked with.
set(CPACK_DEBIAN_LIBRARIES_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY >=)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_LIBRARY_OUTPUT_DIRECTORY})
set(development_needs libcereal-dev "libtutti${abi} (= ${version})")
if(NOT BUILD_SHARED_LIBS)
  list(APPEND development_needs pkg-config libxxhash-dev libzstd-dev libsodium-dev)
  if(NATS_FOUND)  # only who asks for tutti::fleet needs it
    set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS libnats-dev)
  endif()
endif()
list(JOIN development_needs ", " CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS)
if(TARGET tutti)
  list(APPEND CPACK_COMPONENTS_ALL tools)
  if(BUILD_SHARED_LIBS)
    set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS "libtutti${abi} (= ${version})")
  endif()
endif()

include(CPack)
