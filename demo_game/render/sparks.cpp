#include "render/sparks.hpp"

#include "render/look.hpp"

namespace counterpoint {

namespace {

constexpr std::size_t sparks_max = 64;
constexpr float life_ticks = 48;
constexpr float shake_ticks = 12;
constexpr float shake_metres_max = 0.07F;

constexpr Colour spark_white{255, 255, 255, 255};

/// A star of rays around a bright core.
void draw_burst(Canvas& canvas, Point at, float size, float part, unsigned salt, Colour colour) {
  if (part >= 1) return;
  const float fade = 1 - part * part;
  canvas.glow(at, size * (1.3F + part), colour.faded(0.55F * fade));
  constexpr unsigned rays = 9;
  for (unsigned i = 0; i < rays; ++i) {
    const float angle = (static_cast<float>(i) + scatter(i, salt)) * 2 * pi / rays;
    const float reach = size * (0.7F + 0.9F * scatter(i, salt + 1)) * (0.55F + ease_out(part));
    const Point out{std::cos(angle), std::sin(angle)};
    const Point side = normal_of(out) * (size * 0.11F * fade);
    const Point start = at + out * (reach * part * 0.75F);
    const Point ray[] = {start, mix(start, at + out * reach, 0.4F) + side, at + out * reach,
                         mix(start, at + out * reach, 0.4F) - side};
    canvas.polygon(ray, mix(spark_white, colour, part).faded(fade));
  }
  canvas.circle(at, size * 0.42F * (1 - part), spark_white.faded(fade));
}

/// Arcs like a shield, open to the side of the attacker.
void draw_shield(Canvas& canvas, Point at, float size, float part) {
  if (part >= 1) return;
  constexpr int segments = 18;
  const Colour colour{150, 226, 255, 255};
  for (int ring = 0; ring < 2; ++ring) {
    const float radius = size * (0.5F + 0.32F * static_cast<float>(ring) + 0.6F * ease_out(part));
    Point before{};
    for (int i = 0; i <= segments; ++i) {
      const float angle = 2 * pi * static_cast<float>(i) / segments;
      const Point here = at + Point{std::cos(angle) * radius * 0.5F, std::sin(angle) * radius};
      if (i > 0) canvas.line(before, here, size * 0.10F * (1 - part) + 1, colour.faded(1 - part));
      before = here;
    }
  }
  canvas.glow(at, size * 1.1F, colour.faded(0.5F * (1 - part)));
}

void draw_dust(Canvas& canvas, Point at, float size, float part, unsigned salt) {
  if (part >= 1) return;
  for (unsigned i = 0; i < 6; ++i) {
    const float side = static_cast<float>(i % 2) * 2 - 1;
    const float out = size * (0.3F + 1.3F * scatter(i, salt)) * ease_out(part);
    const Point puff = at + Point{side * out, -size * 0.35F * scatter(i, salt + 1) * part};
    canvas.ellipse(puff, size * 0.34F * (1 - 0.5F * part), size * 0.2F * (1 - 0.4F * part),
                   Colour{240, 226, 206, 255}.faded(0.5F * (1 - part)));
  }
}

/// Short lines away from what was done quickly.
void draw_streaks(Canvas& canvas, Point at, float size, float part, unsigned salt) {
  if (part >= 1) return;
  for (unsigned i = 0; i < 5; ++i) {
    const float y = (scatter(i, salt) - 0.5F) * 2.6F * size;
    const float x = (scatter(i, salt + 1) - 0.5F) * 1.6F * size;
    const float half = size * (0.25F + 0.3F * scatter(i, salt + 2)) * (1 - part);
    canvas.line(at + Point{x - half, y}, at + Point{x + half, y}, size * 0.07F,
                spark_white.faded(0.5F * (1 - part)));
  }
}

/// Two crossing rings: something was turned back.
void draw_turning(Canvas& canvas, Point at, float size, float part) {
  if (part >= 1) return;
  const Colour violet{196, 140, 255, 255};
  canvas.glow(at, size * (1.2F + 0.5F * part), violet.faded(0.7F * (1 - part)));
  for (const float lean : {-0.7F, 0.7F}) {
    const Point out = rotated({size * (0.8F + 1.2F * ease_out(part)), 0}, lean);
    const Point side = normal_of(out) * (size * 0.10F * (1 - part));
    const Point blade[] = {at - out, at + side, at + out, at - side};
    canvas.polygon(blade, mix(spark_white, violet, part).faded(1 - part));
  }
}

/// A beam from where somebody left the frame towards the middle.
void draw_beam(Canvas& canvas, const Camera& camera, const Effect& effect, float part,
               unsigned salt) {
  if (part >= 1) return;
  const Look& look = look_of(effect.target);
  const Point from = to_point(effect.position);
  const Point middle{0, 2.5F};
  const float distance = std::max(length(middle - from), 0.1F);
  const Point along = (middle - from) * (1 / distance);
  const Point side{-along.y, along.x};
  const float fade = 1 - part * part;
  const float reach = 6.0F * ease_out(std::min(1.0F, part * 2.4F));
  for (unsigned i = 0; i < 7; ++i) {
    const float off = (static_cast<float>(i) - 3) * 0.28F;
    const float far = reach * (0.55F + 0.45F * scatter(i, salt)) * (1 - 0.10F * std::abs(off));
    const float thick = 0.20F * (0.5F + scatter(i, salt + 1)) * fade;
    const Point base = from + side * (off * (1 + 0.5F * part));
    const Point ray[] = {camera.place(base + side * thick), camera.place(base + along * far),
                         camera.place(base - side * thick)};
    canvas.polygon(ray, (i % 2 == 0 ? look.cloth : look.band).faded(0.9F * fade));
  }
  canvas.glow(camera.place(from), camera.pixels(3.0F), look.cloth.faded(0.8F * fade));
}

/// Light from above on who is back.
void draw_pillar(Canvas& canvas, const Camera& camera, Point at, float part, Colour colour) {
  if (part >= 1) return;
  const Point foot = camera.place(at);
  const float half = camera.pixels(0.55F) * (1 - 0.7F * part);
  canvas.rectangle({foot.x - half, 0, 2 * half, std::max(foot.y, 1.0F)},
                   colour.faded(0.45F * (1 - part)));
}

}  // namespace

void Sparks::add(const Effect& effect, float ticks) {
  if (sparks_.size() >= sparks_max) sparks_.erase(sparks_.begin());
  sparks_.push_back({effect, ticks, ++count_ * 16});
}

void Sparks::cancel(const Effect& effect) {
  std::erase_if(sparks_, [&](const Spark& spark) {
    return spark.effect.kind == effect.kind && spark.effect.key() == effect.key();
  });
}

void Sparks::advance(float ticks) {
  for (Spark& spark : sparks_)
    spark.age += ticks;
  std::erase_if(sparks_, [](const Spark& spark) { return spark.age > life_ticks; });
}

void Sparks::draw_behind(Canvas& canvas, const Camera& camera) const {
  for (const Spark& spark : sparks_) {
    const Point floor = camera.place(to_point(spark.effect.position) + Point{0, 0.03F});
    const float metre = camera.scale();
    switch (spark.effect.kind) {
      case Effect::jump:
        draw_dust(canvas, floor, metre * 0.32F, spark.age / 16, spark.salt);
        break;
      case Effect::land:
        draw_dust(canvas, floor, metre * 0.38F, spark.age / 18, spark.salt);
        break;
      case Effect::dodge:
        draw_streaks(canvas, floor + Point{0, -0.8F * metre}, metre * 0.5F, spark.age / 14,
                     spark.salt);
        break;
      case Effect::knockdown:
        draw_dust(canvas, floor, metre * 0.62F, spark.age / 24, spark.salt);
        break;
      default:
        break;
    }
  }
}

void Sparks::draw_before(Canvas& canvas, const Camera& camera) const {
  for (const Spark& spark : sparks_) {
    const Effect& effect = spark.effect;
    const Point at = camera.place(to_point(effect.position));
    const float metre = camera.scale();
    const float strength = static_cast<float>(effect.strength) / 14.0F;
    switch (effect.kind) {
      case Effect::hit:
        draw_burst(canvas, at, metre * (0.20F + 0.17F * strength), spark.age / (12 + 4 * strength),
                   spark.salt, {255, 170, 60, 255});
        break;
      case Effect::knockout:
        draw_beam(canvas, camera, effect, spark.age / 44, spark.salt);
        draw_burst(canvas, at, metre * 0.75F, spark.age / 24, spark.salt, {255, 110, 70, 255});
        break;
      case Effect::countered:
        draw_turning(canvas, at, metre * 0.55F, spark.age / 20);
        break;
      case Effect::grab:
        draw_burst(canvas, at + Point{0, -metre}, metre * 0.16F, spark.age / 10, spark.salt,
                   {220, 236, 255, 255});
        break;
      case Effect::ledge:
        draw_burst(canvas, at + Point{0, -1.35F * metre}, metre * 0.12F, spark.age / 12, spark.salt,
                   {255, 240, 190, 255});
        break;
      case Effect::shot:
        draw_shield(canvas, at, metre * 0.22F, spark.age / 10);
        break;
      case Effect::back:
        draw_pillar(canvas, camera, to_point(effect.position), spark.age / 30,
                    look_of(effect.player).band);
        break;
      case Effect::block:
        draw_shield(canvas, at, metre * 0.42F, spark.age / 13);
        break;
      case Effect::shield_break:
        draw_shield(canvas, at, metre * 0.6F, spark.age / 20);
        draw_burst(canvas, at, metre * 0.36F, spark.age / 22, spark.salt, {120, 200, 255, 255});
        break;
      default:
        break;
    }
  }
}

Point Sparks::shake(float pixels_per_metre) const {
  Point shake{};
  for (const Spark& spark : sparks_) {
    float metres = 0;
    if (spark.effect.kind == Effect::hit) {
      metres = 0.0028F * static_cast<float>(spark.effect.strength);
    } else if (spark.effect.kind == Effect::knockout) {
      metres = shake_metres_max;
    } else if (spark.effect.kind == Effect::shield_break) {
      metres = 0.03F;
    } else if (spark.effect.kind == Effect::block) {
      metres = 0.008F;
    }
    const float left = std::max(0.0F, 1 - spark.age / shake_ticks);
    metres = std::min(metres, shake_metres_max) * left * left;
    shake = shake + Point{std::sin(spark.age * 2.3F), std::cos(spark.age * 2.9F)} *
                        (metres * pixels_per_metre);
  }
  const float most = shake_metres_max * pixels_per_metre;
  return {std::clamp(shake.x, -most, most), std::clamp(shake.y, -most, most)};
}

}  // namespace counterpoint
