// A library that computes for a game, by functions of libm that differ between processors.

#include <cmath>

extern "C" __attribute__((visibility("default"))) double physics_force(double time) {
  double sine = 0;
  double cosine = 0;
  ::sincos(time, &sine, &cosine);
  return 2 + sine * std::exp(-time) + cosine * std::pow(0.5, time);
}
