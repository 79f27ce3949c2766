#pragma once
// The verdict on a storm: compares the log with the players, and makes sure that enough happened.

namespace tutti::detail {

struct World;

/// Writes into the report what is to be said in the end. Precondition: the storm is played out.
void judge(World& world);

}  // namespace tutti::detail
