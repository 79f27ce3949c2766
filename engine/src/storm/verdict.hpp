#pragma once
// What a storm proved: the log against the players, and both against nothing having happened.

namespace tutti::detail {

struct World;

/// Writes into the report what is to be said in the end. Precondition: the storm is played out.
void judge(World& world);

}  // namespace tutti::detail
