/* Tug of war in plain C, see tug.hpp. */

#include "tug.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

typedef struct tug {
  int8_t pulls[2];
  int32_t rope;
  int32_t slips;
} tug;

static void construct(void* state) { memset(state, 0, sizeof(tug)); }
static void destroy(void* state) { (void)state; }
static void copy(void* to, const void* from) { memcpy(to, from, sizeof(tug)); }
static void start(void* state, const tutti_setup* setup) {
  tug* self = state;
  memset(self, 0, sizeof *self);
  self->rope = setup->options_size == 0 ? (int32_t)(setup->seed % 10) : setup->options[0];
}

static size_t step(void* state, const tutti_event* events, size_t count,
                   const tutti_effect_sink* effects) {
  tug* self = state;
  size_t refused = 0;
  for (size_t i = 0; i < count; ++i) {
    if (events[i].kind != 0) continue;
    if (events[i].size == 1 && events[i].player < 2) {
      self->pulls[events[i].player] = (int8_t)events[i].bytes[0];
    } else {
      ++refused;
    }
  }
  self->rope += self->pulls[1] - self->pulls[0];
  if (self->rope > -100 && self->rope < 100) return refused;
  const uint8_t effect[2] = {0, self->rope < 0 ? 0 : 1};
  if (effects != NULL) effects->emit(effects->context, 0, effect[1], effect, sizeof effect);
  self->rope = 0;
  ++self->slips;
  return refused;
}

static void put(uint8_t* bytes, int32_t value) {
  for (int i = 0; i < 4; ++i)
    bytes[i] = (uint8_t)((uint32_t)value >> (8 * i));
}
static int32_t get(const uint8_t* bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i)
    value |= (uint32_t)bytes[i] << (8 * i);
  return (int32_t)value;
}
static void save(const void* state, const tutti_byte_sink* sink) {
  const tug* self = state;
  uint8_t bytes[10] = {(uint8_t)self->pulls[0], (uint8_t)self->pulls[1]};
  put(bytes + 2, self->rope);
  put(bytes + 6, self->slips);
  sink->write(sink->context, bytes, sizeof bytes);
}
static int load(void* state, const uint8_t* bytes, size_t size) {
  tug* self = state;
  if (size != 10) return 0;
  self->pulls[0] = (int8_t)bytes[0];
  self->pulls[1] = (int8_t)bytes[1];
  self->rope = get(bytes + 2);
  self->slips = get(bytes + 6);
  return 1;
}

static void describe(const void* state, const tutti_field_sink* sink) {
  const tug* self = state;
  char text[16];
  const struct {
    const char* path;
    int value;
  } fields[] = {{"pulls[0]", self->pulls[0]},
                {"pulls[1]", self->pulls[1]},
                {"rope", self->rope},
                {"slips", self->slips}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
    snprintf(text, sizeof text, "%d", fields[i].value);
    sink->field(sink->context, fields[i].path, text);
  }
}

static const char* effect_kind(uint16_t kind) { return kind == 0 ? "slip" : NULL; }

static int32_t sample(tutti_random* random, uint8_t* bytes, size_t capacity) {
  if (capacity < 1) return -1;
  bytes[0] = (uint8_t)tutti_random_between(random, -9, 9);
  return 1;
}
static int32_t default_event(uint8_t* bytes, size_t capacity) {
  if (capacity < 1) return -1;
  bytes[0] = 0;
  return 1;
}

const tutti_game* tug_table(void) {
  static const tutti_game table = {
      .abi = TUTTI_GAME_ABI,
      .flags = TUTTI_STATE_IS_PLAIN | TUTTI_STATE_HAS_NO_FLOATS,
      .name = "tug",
      .version = "1",
      .players_min = 1,
      .players_max = 2,
      .tick_rate = 60,
      .effect_kinds = 1,
      .state_size = sizeof(tug),
      .state_align = _Alignof(tug),
      .construct = construct,
      .destroy = destroy,
      .copy = copy,
      .start = start,
      .step = step,
      .save = save,
      .load = load,
      .describe = describe,
      .effect_kind = effect_kind,
      .sample = sample,
      .default_event = default_event,
  };
  return &table;
}

tug_result tug_play(const char* relay, const char* room, const char* folder) {
  tug_result result = {.status = TUTTI_FAILED};
  const tutti_options options = {.abi = TUTTI_ABI,
                                 .way = TUTTI_JOIN,
                                 .table = tug_table(),
                                 .relay = relay,
                                 .room = room,
                                 .name = "Cato",
                                 .state_folder = folder,
                                 .keeps_fold_digest = 1};
  tutti_session* session = tutti_open(&options);
  if (session == NULL) {
    snprintf(result.failure, sizeof result.failure, "%s", tutti_error());
    return result;
  }
  snprintf(result.rules, sizeof result.rules, "%s", tutti_rules(session));
  const struct timespec frame = {.tv_nsec = 5 * 1000 * 1000};
  const int64_t begun = tutti_now();
  for (int i = 0; tutti_status(session) < TUTTI_ENDED; ++i) {
    const int64_t now = tutti_now();
    if (now - begun > 20ll * 1000 * 1000 * 1000) break;
    const int8_t pull = (int8_t)(i / 12 % 7 - 2);
    const uint8_t event = (uint8_t)pull;
    if (i % 12 == 0) tutti_set_input(session, TUTTI_LOCAL, &event, sizeof event);
    tutti_advance(session, now);
    const tutti_heard* heard = NULL;
    const size_t count = tutti_effects(session, &heard);
    for (size_t at = 0; at < count; ++at)
      result.slips_heard += heard[at].change == TUTTI_HAPPENED && heard[at].kind == 0;
    nanosleep(&frame, NULL);
  }
  result.status = tutti_status(session);
  tutti_get_statistics(session, &result.statistics);
  if (result.status == TUTTI_FAILED) {
    snprintf(result.failure, sizeof result.failure, "%s", tutti_failure(session));
  }
  tutti_close(session);
  return result;
}
