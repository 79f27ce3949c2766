# Games that stand on an engine of somebody else; each is left out where its library is missing.
# guides/somebody_elses_engine.md explains them. Their twins (see tutti-games.cmake) are made here,
# where the libraries are known.
find_package(PkgConfig REQUIRED)

pkg_check_modules(ODE QUIET IMPORTED_TARGET ode)
if(TARGET PkgConfig::ODE)
  tutti_example_module(physics 1 physics/physics.cpp)
  target_link_libraries(physics_module PRIVATE PkgConfig::ODE)
  tutti_garbage_twin(physics_module)
endif()

pkg_check_modules(LUA QUIET IMPORTED_TARGET lua5.4)
if(TARGET PkgConfig::LUA)
  set(rules ${CMAKE_CURRENT_SOURCE_DIR}/scripted/rules.lua)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${rules})
  file(READ ${rules} text)
  file(CONFIGURE OUTPUT scripted/rules.hpp @ONLY CONTENT
       "inline constexpr const char* rules_text = R\"lua(@text@)lua\";\n")
  tutti_example_module(scripted 1 scripted/scripted.cpp scripted/interpreter.cpp)
  target_include_directories(scripted_module PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/scripted)
  target_link_libraries(scripted_module PRIVATE PkgConfig::LUA)
  tutti_garbage_twin(scripted_module)
endif()

find_program(WAT2WASM wat2wasm)
find_program(WASM2C wasm2c)
find_path(WASM_RUNTIME wasm-rt-impl.c PATHS /usr/share/wabt/wasm2c)
if(WAT2WASM AND WASM2C AND WASM_RUNTIME)
  enable_language(C)
  set(text ${CMAKE_CURRENT_SOURCE_DIR}/wasm_rules/rules.wat)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/wasm_rules)
  file(MAKE_DIRECTORY ${made})
  add_custom_command(
    OUTPUT ${made}/rules.c ${made}/rules.h
    COMMAND ${WAT2WASM} ${text} -o ${made}/rules.wasm
    COMMAND ${WASM2C} ${made}/rules.wasm -n rules -o ${made}/rules.c
    DEPENDS ${text})
  # Apart from the rest, since nobody answers for the warnings of generated code.
  add_library(wasm_rules_c OBJECT wasm_rules/runtime.c ${made}/rules.h)
  target_include_directories(wasm_rules_c PRIVATE ${made} ${WASM_RUNTIME})
  target_compile_options(wasm_rules_c PRIVATE -ffp-contract=off -w)
  set_target_properties(wasm_rules_c PROPERTIES C_VISIBILITY_PRESET hidden UNITY_BUILD OFF)
  tutti_example_module(wasm_rules 1 wasm_rules/wasm_rules.cpp)
  target_include_directories(wasm_rules_module PRIVATE ${made})
  target_link_libraries(wasm_rules_module PRIVATE wasm_rules_c)
  tutti_garbage_twin(wasm_rules_module)
endif()
