#pragma once
// The timeline: events, predictions and rollbacks of every player over the ticks of the match, and
// the fields that are watched.

#include <string>

#include "model/desk.hpp"
#include "window/palette.hpp"

namespace tutti::inspect {

class TimelinePanel {
 public:
  void draw(Desk& desk, ImVec2 size);
  /// Shows the whole match, or the place around the shown tick nearer or from further away.
  void fit() { fits_ = true; }
  void zoom(double factor, Tick around);

 private:
  /// Where ticks and lanes are on the screen in this frame.
  struct Plot {
    ImDrawList* list = nullptr;
    float left = 0, right = 0, top = 0, y = 0;
    double first = 0, ticks = 1;
    float labels = 0;  // where the names of lanes begin
    float scale = 1;   // of the lanes' heights
    float x(double tick) const {
      return left + static_cast<float>((tick - first) / ticks) * (right - left);
    }
    Tick tick(float x) const {
      return Tick{static_cast<std::int64_t>(first + static_cast<double>(x - left) / (right - left) *
                                                        ticks)};
    }
    std::size_t columns() const { return static_cast<std::size_t>(right - left) + 1; }
    /// The column of a tick; beyond columns() if it is not shown.
    std::size_t column(Tick tick) const;
    void label(const std::string& text, ImU32 color, float height) const;
  };
  void settle(const Desk& desk);
  static float height_of_lanes(const Desk& desk);
  void take_mouse(Desk& desk, const Plot& plot);
  void draw_ruler(Desk& desk, Plot& plot);
  void draw_lanes(Desk& desk, Plot& plot);
  void draw_events(const Run& run, Author author, const std::string& name, Plot& plot) const;
  void draw_track(const Track& track, const std::string& name, Plot& plot) const;
  void draw_watches(const Desk& desk, Plot& plot) const;
  void draw_marks(Desk& desk, const Plot& plot) const;

  double first_ = 0;
  double ticks_ = 600;  // that are shown
  bool fits_ = true;
  bool is_scrubbing_ = false;
};

}  // namespace tutti::inspect
