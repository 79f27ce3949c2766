# For projects that build game modules: each module that links tutti::sim or more gets a *garbage
# twin*, a second build with garbage in every local that nobody initialises, in garbage/ beside it,
# where `tutti check` finds it. An optimiser settles a value for most such locals, which cannot be
# seen in its output: only a second build can differ.
#
# find_package(tutti) and add_subdirectory(tutti) see to it at the end of the directory that calls
# them, for that directory and those below. -DTUTTI_GARBAGE_TWINS=OFF, or a module's property
# TUTTI_GARBAGE_TWIN, switches it off. Where a module uses imported targets that only a directory
# below has found, its own CMakeLists.txt has to call tutti_garbage_twin(<module>).
include_guard(GLOBAL)
option(TUTTI_GARBAGE_TWINS "Build each game module a second time, for `tutti check`" ON)

# tutti_garbage_twin(<module>): makes the twin of this module, and builds it with the module.
function(tutti_garbage_twin module)
  _tutti_build_on_garbage(${module})
  set_target_properties(${module}_garbage PROPERTIES LIBRARY_OUTPUT_DIRECTORY
                                                     "$<TARGET_FILE_DIR:${module}>/garbage")
  get_target_property(name ${module} OUTPUT_NAME)
  if(NOT name)
    set_target_properties(${module}_garbage PROPERTIES OUTPUT_NAME ${module})
  endif()
  add_dependencies(${module} ${module}_garbage)
endfunction()

# The library <target>_garbage, on those of the project's own libraries that are built likewise.
function(_tutti_build_on_garbage target)
  if(TARGET ${target}_garbage)
    return()
  endif()
  get_target_property(type ${target} TYPE)
  string(REPLACE _LIBRARY "" type ${type})
  get_target_property(folder ${target} SOURCE_DIR)
  get_target_property(written ${target} SOURCES)
  set(sources "")
  foreach(source ${written})
    if(NOT source MATCHES "^\\$<" AND EXISTS "${folder}/${source}")
      set(source "${folder}/${source}")
    endif()
    list(APPEND sources "${source}")
  endforeach()
  add_library(${target}_garbage ${type} EXCLUDE_FROM_ALL ${sources})
  foreach(property
          INCLUDE_DIRECTORIES COMPILE_DEFINITIONS COMPILE_OPTIONS COMPILE_FEATURES LINK_OPTIONS
          LINK_DIRECTORIES INTERFACE_INCLUDE_DIRECTORIES INTERFACE_COMPILE_DEFINITIONS
          INTERFACE_COMPILE_OPTIONS INTERFACE_COMPILE_FEATURES INTERFACE_LINK_OPTIONS
          INTERFACE_LINK_DIRECTORIES OUTPUT_NAME PREFIX SUFFIX C_VISIBILITY_PRESET
          CXX_VISIBILITY_PRESET VISIBILITY_INLINES_HIDDEN CXX_STANDARD CXX_EXTENSIONS C_STANDARD
          C_EXTENSIONS POSITION_INDEPENDENT_CODE PRECOMPILE_HEADERS)
    get_target_property(value ${target} ${property})
    if(NOT value STREQUAL "value-NOTFOUND")
      set_target_properties(${target}_garbage PROPERTIES ${property} "${value}")
    endif()
  endforeach()
  foreach(property LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
    get_target_property(libraries ${target} ${property})
    if(libraries)
      _tutti_on_garbage(libraries ${libraries})
      set_target_properties(${target}_garbage PROPERTIES ${property} "${libraries}")
    endif()
  endforeach()
  get_target_property(before ${target} MANUALLY_ADDED_DEPENDENCIES)
  if(before)
    add_dependencies(${target}_garbage ${before})
  endif()
  # -O0, so that each local lives on the stack. On x86-64 `tutti check` fills the stack at the
  # beginning of each function, where it can: a sanitizer's own library comes first. Elsewhere the
  # compiler writes its one pattern. The first build has given the warnings.
  target_compile_options(${target}_garbage PRIVATE -O0 -w)
  get_target_property(options ${target} COMPILE_OPTIONS)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$" AND NOT options MATCHES "-fsanitize")
    target_compile_options(${target}_garbage PRIVATE -pg -mfentry)
  else()
    target_compile_options(${target}_garbage PRIVATE -ftrivial-auto-var-init=pattern)
  endif()
endfunction()

# The same libraries, with the project's own static ones replaced by those built on garbage.
function(_tutti_on_garbage out)
  set(libraries "")
  foreach(library ${ARGN})
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" name "${library}")
    if(TARGET "${name}")
      get_target_property(aliased ${name} ALIASED_TARGET)
      if(aliased)
        set(name ${aliased})
      endif()
      get_target_property(type ${name} TYPE)
      get_target_property(is_imported ${name} IMPORTED)
      if(type MATCHES "^(STATIC|OBJECT)_LIBRARY$" AND NOT is_imported AND NOT name MATCHES "^tutti_")
        _tutti_build_on_garbage(${name})
        set(library ${name}_garbage)
      endif()
    endif()
    list(APPEND libraries "${library}")
  endforeach()
  set(${out} "${libraries}" PARENT_SCOPE)
endfunction()

# Whether a target, or a library of the project under it, links tutti, and all its targets are known
# in this directory, too.
function(_tutti_is_game out target)
  set(is_game FALSE)
  get_target_property(libraries ${target} LINK_LIBRARIES)
  foreach(library ${libraries})
    if(library MATCHES "^tutti::")
      set(is_game TRUE)
    elseif(library MATCHES "::" AND NOT TARGET "${library}")
      set(is_game FALSE)
      break()
    elseif(TARGET "${library}" AND NOT library MATCHES "::")
      _tutti_is_game(is_below ${library})
      if(is_below)
        set(is_game TRUE)
      endif()
    endif()
  endforeach()
  set(${out} ${is_game} PARENT_SCOPE)
endfunction()

# Makes the twins of all game modules of a directory and those below it.
function(tutti_garbage_twins folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    get_target_property(wanted ${target} TUTTI_GARBAGE_TWIN)
    if(NOT type STREQUAL MODULE_LIBRARY OR TARGET ${target}_garbage)
      continue()
    elseif(target MATCHES "_garbage$" OR "${wanted}" STREQUAL OFF)
      continue()
    endif()
    _tutti_is_game(is_game ${target})
    if(is_game)
      tutti_garbage_twin(${target})
    endif()
  endforeach()
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(below ${folders})
    tutti_garbage_twins(${below})
  endforeach()
endfunction()

# The project that takes the engine in: with find_package this directory, with add_subdirectory the
# one above the engine's.
set(_tutti_user ${CMAKE_CURRENT_SOURCE_DIR})
if(DEFINED tutti_SOURCE_DIR AND tutti_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
  set(_tutti_user ${CMAKE_SOURCE_DIR})
endif()
if(TUTTI_GARBAGE_TWINS)
  # Arguments of the call are expanded when it is made, in that directory.
  cmake_language(DEFER DIRECTORY ${_tutti_user} CALL tutti_garbage_twins
                 ${CMAKE_CURRENT_SOURCE_DIR})
endif()
