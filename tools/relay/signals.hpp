#pragma once
// The signals that an operator sends to a relay, counted; a loop asks for them between two passes.

namespace tutti::tool {

/// From now on SIGINT and SIGTERM do not end the program; the second SIGINT and the third SIGTERM
/// do. With `reloads`, SIGHUP does not either. A closed pipe never ends it.
struct SignalChoice {
  bool reloads = false;
};
void catch_signals(SignalChoice choice);

/// How often each has come.
int interrupts();    // SIGINT: Ctrl-C
int terminations();  // SIGTERM
int hangups();       // SIGHUP

}  // namespace tutti::tool
