// Piccolo, fast and light: everything comes early and little of it hurts, but one thing leads to
// the next.
//
// A row: startup, active, recovery and landing ticks; damage; angle, base and growth of the
// knockback; boxes in centimetres; its own speed in millimetres a tick; whether it is steady.

#include "tables.hpp"

namespace counterpoint {

// clang-format off
constexpr MoveTable piccolo_moves = {{
    /* none          */ {},
    /* jab           */ {{ 3,  2,  6}, 3, {70, 18, 26}, {{box(0, 1, 15, 90, 80, 125)}}},
    /* side_light    */ {{ 5,  3, 10}, 7, {45, 24, 50}, {{box(0, 2, 20, 120, 55, 110)}}},
    /* up_light      */ {{ 4,  5, 11}, 5, {88, 28, 46}, {{box(0, 4, -30, 70, 90, 215)}}},
    /* down_light    */ {{ 4,  3,  9}, 5, {78, 26, 38}, {{box(0, 2, 20, 115, 0, 40)}}},
    /* air_neutral   */ {{ 4, 10,  8,  5}, 7, {50, 22, 48}, {{box(0, 9, -55, 60, 10, 125)}}},
    /* air_forward   */ {{ 6,  4, 12,  7}, 8, {42, 24, 62}, {{box(0, 3, 10, 105, 50, 130)}}},
    /* air_back      */ {{ 5,  3, 12,  7}, 9, {140, 26, 66}, {{box(0, 2, -105, -10, 50, 115)}}},
    /* air_up        */ {{ 4,  5, 11,  6}, 7, {85, 26, 56}, {{box(0, 4, -45, 55, 110, 215)}}},
    /* air_down      */ {{ 8,  8, 14, 12}, 9, {-60, 23, 54}, {{box(0, 7, -30, 45, -50, 50)}}},
    /* heavy_side    */ {{11,  3, 19}, 14, {38, 36, 76}, {{box(0, 2, 20, 140, 45, 115)}}},
    /* heavy_up      */ {{ 9,  6, 19}, 13, {88, 34, 72}, {{box(0, 5, -45, 65, 90, 235)}}},
    /* heavy_down    */ {{ 9,  4, 17}, 12, {28, 30, 68},
                         {{box(0, 1, 20, 120, 0, 45), box(2, 3, -120, -20, 0, 45)}}},
    /* shot          */ {{ 9,  1, 18}, 4, {40, 15, 24}},
    /* dash          */ {{ 6, 10, 14, 10}, 8, {55, 27, 50},
                         {{box(0, 9, 0, 80, 30, 120)}}, speed(240, 0)},
    /* rise          */ {{ 4, 14, 12, 14}, 7, {75, 27, 48},
                         {{box(0, 13, -30, 60, 60, 190)}}, speed(40, 240)},
    /* counter       */ {{ 3, 17, 22,  8}, 0, {0, 0, 0}},
    /* riposte       */ {{ 2,  4, 14,  8}, 12, {45, 36, 72}, {{box(0, 3, 10, 140, 30, 130)}}},
    /* grab          */ {{ 5,  2, 20}, 0, {0, 0, 0}, {{box(0, 1, 20, 95, 40, 120)}}},
    /* throw_forward */ {{ 7,  1, 12}, 7, {42, 34, 50}},
    /* throw_back    */ {{ 8,  1, 12}, 8, {140, 36, 56}},
    /* throw_up      */ {{ 7,  1, 13}, 7, {88, 38, 48}},
    /* throw_down    */ {{ 8,  1, 11}, 5, {78, 33, 28}},
}};
// clang-format on

}  // namespace counterpoint
