#pragma once
// Ctrl-C and SIGTERM, as a question that a loop asks between two steps.

namespace tutti::tool {

/// From now on SIGINT and SIGTERM do not end the program; a second one does.
void catch_interrupts();
bool is_interrupted();

}  // namespace tutti::tool
