// Viola, the balanced one: a long bow. The jab leads into everything, side attacks keep others at a
// distance, and the heavy blows end it.
//
// A row: startup, active, recovery and landing ticks; damage; angle, base and growth of the
// knockback; boxes in centimetres; its own speed in millimetres a tick; whether it is steady.

#include "tables.hpp"

namespace counterpoint {

// clang-format off
constexpr MoveTable viola_moves = {{
    /* none          */ {},
    /* jab           */ {{ 4,  3,  8}, 3, {70, 17, 22}, {{box(0, 2, 15, 105, 95, 145)}}},
    /* side_light    */ {{ 7,  4, 13}, 7, {40, 23, 46}, {{box(0, 3, 20, 145, 70, 130)}}},
    /* up_light      */ {{ 6,  5, 14}, 6, {88, 27, 44}, {{box(0, 4, -30, 80, 100, 240)}}},
    /* down_light    */ {{ 6,  3, 12}, 5, {75, 25, 34}, {{box(0, 2, 20, 130, 0, 45)}}},
    /* air_neutral   */ {{ 5, 10, 10,  7}, 6, {50, 21, 44}, {{box(0, 9, -60, 70, 20, 140)}}},
    /* air_forward   */ {{ 8,  4, 16, 10}, 10, {42, 23, 59}, {{box(0, 3, 10, 125, 60, 150)}}},
    /* air_back      */ {{ 7,  4, 15,  9}, 10, {140, 25, 62}, {{box(0, 3, -120, -10, 60, 130)}}},
    /* air_up        */ {{ 6,  5, 14,  8}, 7, {85, 25, 52}, {{box(0, 4, -50, 60, 130, 250)}}},
    /* air_down      */ {{10,  5, 18, 12}, 11, {-75, 21, 49}, {{box(0, 4, -35, 40, -60, 50)}}},
    /* heavy_side    */ {{14,  4, 22}, 15, {38, 35, 70}, {{box(0, 3, 20, 165, 60, 140)}}},
    /* heavy_up      */ {{12,  5, 22}, 14, {88, 33, 68}, {{box(0, 4, -50, 80, 100, 270)}}},
    /* heavy_down    */ {{12,  4, 20}, 12, {25, 29, 62},
                         {{box(0, 1, 20, 140, 0, 50), box(2, 3, -140, -20, 0, 50)}}},
    /* shot          */ {{14,  1, 22}, 5, {45, 15, 22}},
    /* dash          */ {{10, 12, 16, 12}, 8, {45, 25, 49},
                         {{box(0, 11, 0, 100, 40, 140)}}, speed(170, 0)},
    /* rise          */ {{ 6, 12, 14, 16}, 6, {75, 27, 44},
                         {{box(0, 11, -30, 70, 80, 220)}}, speed(30, 235)},
    /* counter       */ {{ 4, 20, 24,  8}, 0, {0, 0, 0}},
    /* riposte       */ {{ 3,  4, 16,  8}, 12, {40, 35, 66}, {{box(0, 3, 10, 160, 40, 150)}}},
    /* grab          */ {{ 6,  3, 22}, 0, {0, 0, 0}, {{box(0, 2, 20, 110, 50, 140)}}},
    /* throw_forward */ {{ 8,  1, 14}, 7, {40, 33, 46}},
    /* throw_back    */ {{10,  1, 14}, 7, {140, 35, 50}},
    /* throw_up      */ {{ 8,  1, 16}, 6, {88, 37, 44}},
    /* throw_down    */ {{10,  1, 14}, 5, {75, 31, 22}},
}};
// clang-format on

}  // namespace counterpoint
