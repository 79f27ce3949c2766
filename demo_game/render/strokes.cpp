#include "render/strokes.hpp"

#include <array>

namespace counterpoint {

namespace {

// pelvis, lean, nod, roll, lead hand, rear hand, lead foot, rear foot, grip

constexpr Pose jab_ready{{-0.06F, 0.74F}, -0.06F,     0.05F,       0,   {0.14F, -0.10F},
                         {0.20F, 0.05F},  {0.20F, 0}, {-0.28F, 0}, 0.6F};
constexpr Pose jab_out{{0.16F, 0.71F},  0.30F,      -0.1F,       0,   {0.60F, 0.06F},
                       {0.08F, -0.10F}, {0.40F, 0}, {-0.32F, 0}, 0.1F};
constexpr Pose lunge_ready{{-0.16F, 0.72F}, -0.30F,     0.05F,       0,   {-0.24F, 0.30F},
                           {0.30F, 0.06F},  {0.24F, 0}, {-0.30F, 0}, 1.2F};
constexpr Pose lunge_out{{0.24F, 0.58F},  0.50F,      -0.25F,      0,     {0.58F, 0.06F},
                         {-0.34F, 0.14F}, {0.62F, 0}, {-0.46F, 0}, -0.05F};
constexpr Pose upper_ready{{-0.04F, 0.58F}, 0.35F,      -0.1F,       0,    {0.24F, -0.46F},
                           {-0.20F, -0.1F}, {0.24F, 0}, {-0.28F, 0}, -0.6F};
constexpr Pose upper_out{{0.06F, 0.86F},   -0.18F,         -0.35F,      0,    {0.14F, 0.57F},
                         {-0.26F, -0.26F}, {0.18F, 0.02F}, {-0.22F, 0}, 0.05F};
constexpr Pose sweep_ready{{-0.08F, 0.44F}, 0.20F,      0.0F,        0,    {-0.30F, -0.20F},
                           {0.20F, -0.20F}, {0.16F, 0}, {-0.30F, 0}, -0.9F};
constexpr Pose sweep_out{{-0.10F, 0.40F},  0.28F,          -0.3F,       0,   {0.50F, -0.36F},
                         {-0.36F, -0.32F}, {0.70F, 0.05F}, {-0.34F, 0}, 0.1F};
constexpr Pose wheel_ready{
    {0, 0.84F},     0.30F,           0,   0, {0.14F, -0.20F}, {-0.10F, -0.10F},
    {0.14F, 0.46F}, {-0.06F, 0.40F}, 0.8F};
constexpr Pose wheel_out{{0, 0.84F},     0.10F,           0,   0, {0.54F, 0.16F}, {-0.54F, 0.12F},
                         {0.44F, 0.34F}, {-0.44F, 0.30F}, 0.1F};
constexpr Pose chop_ready{{-0.06F, 0.86F}, -0.34F,         -0.1F,           0,   {-0.16F, 0.54F},
                          {-0.20F, 0.40F}, {0.24F, 0.36F}, {-0.16F, 0.20F}, 0.9F};
constexpr Pose chop_out{{0.06F, 0.82F},  0.62F,          -0.4F,           0,    {0.56F, -0.10F},
                        {0.40F, -0.22F}, {0.04F, 0.30F}, {-0.36F, 0.34F}, -0.1F};
constexpr Pose back_ready{
    {0.04F, 0.84F}, 0.24F,           0.1F, 0, {0.24F, -0.10F}, {0.14F, -0.20F},
    {0.20F, 0.44F}, {-0.02F, 0.46F}, 0.9F};
constexpr Pose back_out{{0.06F, 0.82F},  0.72F,          -0.5F,           0,   {0.36F, -0.16F},
                        {0.10F, -0.40F}, {0.16F, 0.42F}, {-0.76F, 0.86F}, 1.0F};
constexpr Pose flip_ready{{0, 0.82F},       0.30F,          -0.2F,           0,    {0.20F, -0.44F},
                          {-0.24F, -0.30F}, {0.14F, 0.36F}, {-0.14F, 0.22F}, -0.4F};
constexpr Pose flip_out{{0, 0.86F},       -0.24F,         -0.45F,          0,    {0.10F, 0.58F},
                        {-0.34F, -0.20F}, {0.24F, 0.48F}, {-0.16F, 0.12F}, 0.05F};
constexpr Pose stomp_ready{{0, 0.90F},      0.24F,          0.1F,           0,   {0.28F, 0.30F},
                           {-0.28F, 0.30F}, {0.20F, 0.62F}, {0.02F, 0.58F}, 0.8F};
constexpr Pose stomp_out{{0, 0.86F},      0.10F,         0.35F,           0,   {0.38F, 0.40F},
                         {-0.36F, 0.42F}, {0.05F, 0.0F}, {-0.04F, 0.03F}, 0.6F};
constexpr Pose smash_ready{{-0.18F, 0.80F}, -0.42F,         -0.1F,       0,   {-0.14F, 0.50F},
                           {-0.24F, 0.44F}, {0.22F, 0.16F}, {-0.26F, 0}, 0.9F};
constexpr Pose smash_out{{0.28F, 0.56F},  0.72F,      -0.45F,      0,    {0.56F, -0.02F},
                         {0.50F, -0.12F}, {0.62F, 0}, {-0.40F, 0}, -0.1F};
constexpr Pose tower_ready{{-0.04F, 0.50F}, 0.55F,      -0.2F,       0,    {0.20F, -0.50F},
                           {0.05F, -0.50F}, {0.28F, 0}, {-0.30F, 0}, -0.5F};
constexpr Pose tower_out{{0.04F, 0.92F},  -0.22F,         -0.45F,          0,    {0.12F, 0.58F},
                         {-0.04F, 0.58F}, {0.14F, 0.06F}, {-0.18F, 0.04F}, 0.05F};
constexpr Pose split_ready{{0, 0.62F},      0.10F,      0.2F,        0,   {0.20F, 0.46F},
                           {-0.20F, 0.46F}, {0.20F, 0}, {-0.20F, 0}, 0.9F};
constexpr Pose split_out{{0.02F, 0.42F},   0.16F,      -0.1F,       0,   {0.54F, -0.34F},
                         {-0.54F, -0.34F}, {0.62F, 0}, {-0.62F, 0}, 0.1F};
constexpr Pose shot_ready{{-0.14F, 0.70F},  -0.24F,     0.05F,       0,   {-0.26F, -0.08F},
                          {-0.22F, -0.22F}, {0.26F, 0}, {-0.30F, 0}, 0.8F};
constexpr Pose shot_out{{0.14F, 0.68F},  0.30F,      -0.15F,      0,    {0.58F, 0.06F},
                        {0.46F, -0.04F}, {0.44F, 0}, {-0.34F, 0}, 0.15F};
constexpr Pose dash_ready{{-0.14F, 0.54F},  0.50F,      -0.3F,       0,    {-0.20F, -0.30F},
                          {-0.34F, -0.20F}, {0.24F, 0}, {-0.34F, 0}, -0.6F};
constexpr Pose dash_out{{0.06F, 0.66F},  1.05F,           -0.75F,          0,     {0.56F, 0.14F},
                        {-0.44F, 0.26F}, {-0.36F, 0.34F}, {-0.66F, 0.30F}, -0.05F};
constexpr Pose rise_ready{{0, 0.56F},       0.45F,      -0.3F,       0,    {0.14F, -0.44F},
                          {-0.14F, -0.40F}, {0.20F, 0}, {-0.22F, 0}, -0.4F};
constexpr Pose rise_out{{0.02F, 0.90F},   0.02F,          -0.40F,          0,    {0.10F, 0.59F},
                        {-0.30F, -0.42F}, {0.16F, 0.34F}, {-0.04F, 0.03F}, 0.05F};
constexpr Pose guard{{-0.10F, 0.66F}, -0.16F,     0.20F,       0,    {0.36F, 0.10F},
                     {-0.30F, 0.30F}, {0.26F, 0}, {-0.36F, 0}, 1.45F};
constexpr Pose grab_ready{{-0.08F, 0.72F}, -0.10F,     0,           0,   {0.10F, 0.06F},
                          {0.02F, -0.10F}, {0.22F, 0}, {-0.28F, 0}, 1.3F};
constexpr Pose grab_out{{0.18F, 0.68F},  0.36F,      -0.25F,      0,   {0.57F, 0.12F},
                        {0.56F, -0.08F}, {0.42F, 0}, {-0.34F, 0}, 1.5F};
constexpr Pose heave_up{{0, 0.82F},      -0.18F,     -0.4F,       0,   {0.16F, 0.56F},
                        {-0.04F, 0.57F}, {0.22F, 0}, {-0.26F, 0}, 0.8F};
constexpr Pose heave_back{{-0.12F, 0.74F}, -0.75F,     -0.2F,       0,   {-0.30F, 0.48F},
                          {-0.42F, 0.34F}, {0.26F, 0}, {-0.34F, 0}, 0.8F};
constexpr Pose heave_down{{0.10F, 0.56F},  0.95F,      -0.2F,       0,   {0.36F, -0.44F},
                          {0.22F, -0.48F}, {0.40F, 0}, {-0.34F, 0}, 0.6F};

constexpr float up = pi / 2;

// In the order of Move.
constexpr std::array<Stroke, move_count> strokes = {{
    {Pose{}, Pose{}},
    {jab_ready, jab_out},
    {lunge_ready, lunge_out, 1.3F, -0.25F},
    {upper_ready, upper_out, -0.5F, up + 0.35F},
    {sweep_ready, sweep_out, 1.0F, -0.06F},
    {wheel_ready, wheel_out, up, up - 2 * pi, -1},
    {chop_ready, chop_out, 2.0F, -0.35F},
    {back_ready, back_out, up + 0.4F, pi + 0.1F},
    {flip_ready, flip_out, -0.3F, pi - 0.5F},
    {stomp_ready, stomp_out, -up, -up},
    {smash_ready, smash_out, 2.3F, -0.30F},
    {tower_ready, tower_out, -0.9F, up + 0.5F},
    {split_ready, split_out, pi - 0.3F, -0.06F},
    {shot_ready, shot_out},
    {dash_ready, dash_out},
    {rise_ready, rise_out, up, up},
    {guard, guard},
    {lunge_ready, lunge_out, 2.0F, -0.4F},
    {grab_ready, grab_out},
    {grab_out, lunge_out, 1.0F, 0.1F},
    {grab_out, heave_back, up, up + 1.4F},
    {grab_out, heave_up, 0.2F, up},
    {heave_up, heave_down, up, -0.5F},
}};

}  // namespace

const Stroke& stroke_of(Move move) {
  const auto row = static_cast<std::size_t>(move);
  return strokes[row < strokes.size() ? row : 0];
}

}  // namespace counterpoint
