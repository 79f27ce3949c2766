// The tally, with symbols that g++ makes unique: they exist once in a process.

#include "tally.cpp"
