# For projects that build game modules.

# tutti_garbage_twin(<module>): builds a module a second time, with garbage in every local that nobody
# initialises, into garbage/ beside it, where `tutti check` finds it. An optimiser's choice for such
# a local cannot be seen in its output; only a second build can differ.
function(tutti_garbage_twin module)
  get_target_property(sources ${module} SOURCES)
  add_library(${module}_garbage MODULE EXCLUDE_FROM_ALL ${sources})
  foreach(property INCLUDE_DIRECTORIES COMPILE_DEFINITIONS COMPILE_OPTIONS COMPILE_FEATURES
                   LINK_LIBRARIES LINK_OPTIONS OUTPUT_NAME PREFIX SUFFIX CXX_VISIBILITY_PRESET
                   VISIBILITY_INLINES_HIDDEN CXX_STANDARD C_STANDARD)
    get_target_property(value ${module} ${property})
    if(NOT value STREQUAL "value-NOTFOUND")
      set_target_properties(${module}_garbage PROPERTIES ${property} "${value}")
    endif()
  endforeach()
  # -O0, because g++ 12 leaves a local that is returned as it is; `tutti check` fills the stack under
  # it. The first build has given the warnings.
  target_compile_options(${module}_garbage PRIVATE -ftrivial-auto-var-init=pattern -O0 -w)
  set_target_properties(${module}_garbage PROPERTIES LIBRARY_OUTPUT_DIRECTORY
                                                     "$<TARGET_FILE_DIR:${module}>/garbage")
  get_target_property(name ${module} OUTPUT_NAME)
  if(name STREQUAL "name-NOTFOUND")
    set_target_properties(${module}_garbage PROPERTIES OUTPUT_NAME ${module})
  endif()
endfunction()
