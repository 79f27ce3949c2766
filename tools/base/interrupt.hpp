#pragma once
// Ctrl-C and a polite kill, as something to ask about between two steps.

namespace tutti::tool {

/// From now on SIGINT and SIGTERM do not end the program; a second one does.
void catch_interrupts();
bool is_interrupted();

}  // namespace tutti::tool
