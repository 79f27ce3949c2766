#pragma once
// The mark of what a shared library of tutti offers. All else in it is hidden, so that a program
// may hold tutti twice, say in itself and in a game module, without the two getting mixed.

/// Stands before every class and function that a public header declares and a source of the library
/// defines. Users of the shared libraries need `TUTTI_SHARED`, which the packages of CMake and
/// pkg-config define; without it, in static libraries, the mark is nothing.
#ifdef TUTTI_SHARED
#define TUTTI_API __attribute__((visibility("default")))
#else
#define TUTTI_API
#endif
