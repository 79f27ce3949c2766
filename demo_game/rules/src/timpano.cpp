// Timpano, the heavy one: late, wide and steady. Few of its blows need a second one.
//
// A row: startup, active, recovery and landing ticks; damage; angle, base and growth of the
// knockback; boxes in centimetres; its own speed in millimetres a tick; whether it is steady.

#include "tables.hpp"

namespace counterpoint {

// clang-format off
constexpr MoveTable timpano_moves = {{
    /* none          */ {},
    /* jab           */ {{ 6,  3, 10}, 4, {60, 16, 14}, {{box(0, 2, 15, 115, 90, 150)}}},
    /* side_light    */ {{10,  4, 16}, 7, {40, 22, 40}, {{box(0, 3, 20, 155, 65, 135)}}},
    /* up_light      */ {{ 8,  6, 17}, 6, {88, 26, 36}, {{box(0, 5, -55, 95, 110, 265)}}},
    /* down_light    */ {{ 8,  4, 15}, 5, {65, 23, 28}, {{box(0, 3, 20, 145, 0, 50)}}},
    /* air_neutral   */ {{ 7, 12, 13, 10}, 6, {50, 20, 36}, {{box(0, 11, -75, 80, 10, 160)}}},
    /* air_forward   */ {{11,  4, 20, 14}, 10, {40, 23, 54}, {{box(0, 3, 10, 140, 40, 160)}}},
    /* air_back      */ {{ 9,  4, 18, 12}, 9, {140, 24, 54}, {{box(0, 3, -135, -10, 50, 145)}}},
    /* air_up        */ {{ 8,  6, 17, 10}, 7, {85, 24, 46}, {{box(0, 5, -60, 70, 140, 275)}}},
    /* air_down      */ {{13,  6, 22, 16}, 10, {-80, 22, 44}, {{box(0, 5, -45, 50, -65, 50)}}},
    /* heavy_side    */ {{19,  4, 27}, 15, {36, 36, 66},
                         {{box(0, 3, 20, 180, 50, 150)}}, speed(0, 0), true},
    /* heavy_up      */ {{16,  5, 26}, 13, {88, 34, 62}, {{box(0, 4, -65, 95, 110, 290)}}},
    /* heavy_down    */ {{16,  4, 25}, 12, {25, 30, 56},
                         {{box(0, 3, 20, 155, 0, 55), box(0, 3, -155, -20, 0, 55)}}},
    /* shot          */ {{18,  1, 24}, 6, {60, 20, 18}},
    /* dash          */ {{14, 14, 20, 16}, 8, {45, 26, 42},
                         {{box(0, 13, 0, 105, 30, 150)}}, speed(150, 0), true},
    /* rise          */ {{ 9, 12, 16, 18}, 7, {70, 28, 38},
                         {{box(0, 11, -50, 80, 80, 230)}}, speed(25, 228)},
    /* counter       */ {{ 5, 22, 26,  8}, 0, {0, 0, 0}},
    /* riposte       */ {{ 4,  4, 18,  8}, 11, {38, 35, 60}, {{box(0, 3, 10, 170, 30, 160)}}},
    /* grab          */ {{ 8,  3, 25}, 0, {0, 0, 0}, {{box(0, 2, 20, 125, 50, 150)}}},
    /* throw_forward */ {{10,  1, 16}, 7, {40, 33, 40}},
    /* throw_back    */ {{12,  1, 16}, 7, {140, 35, 42}},
    /* throw_up      */ {{10,  1, 18}, 6, {88, 37, 36}},
    /* throw_down    */ {{12,  1, 16}, 5, {72, 30, 14}},
}};
// clang-format on

}  // namespace counterpoint
