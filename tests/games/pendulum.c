/* A game module in C, with the table written by hand: a swinging number that a push changes. Also
 * built as a module of an interface that nobody speaks, and as one that forgets the symbol. */

#include <string.h>
#include <tutti/sim/game_module.h>

#ifndef PENDULUM_ABI
#define PENDULUM_ABI TUTTI_GAME_ABI
#endif
#ifndef PENDULUM_SYMBOL
#define PENDULUM_SYMBOL tutti_game_module
#endif

typedef struct pendulum {
  int32_t place;
  int32_t speed;
} pendulum;

static void construct(void* state) { memset(state, 0, sizeof(pendulum)); }
static void destroy(void* state) { (void)state; }
static void copy(void* to, const void* from) { memcpy(to, from, sizeof(pendulum)); }
static void start(void* state, const tutti_setup* setup) {
  pendulum* self = state;
  self->place = 1000 + (int32_t)(setup->seed % 100);
  self->speed = 0;
}

static size_t step(void* state, const tutti_event* events, size_t count,
                   const tutti_effect_sink* effects) {
  pendulum* self = state;
  size_t refused = 0;
  for (size_t i = 0; i < count; ++i) {
    if (events[i].kind != 0) continue;
    if (events[i].size != 1 || events[i].player != 0) {
      ++refused;
      continue;
    }
    self->speed += (int8_t)events[i].bytes[0];
  }
  self->speed -= self->place / 16;
  self->place += self->speed;
  if (effects != NULL && self->place == 0) effects->emit(effects->context, 0, 0, NULL, 0);
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
  const pendulum* self = state;
  uint8_t bytes[8];
  put(bytes, self->place);
  put(bytes + 4, self->speed);
  sink->write(sink->context, bytes, sizeof bytes);
}
static int load(void* state, const uint8_t* bytes, size_t size) {
  pendulum* self = state;
  if (size != 8) return 0;
  self->place = get(bytes);
  self->speed = get(bytes + 4);
  return 1;
}

static void describe_number(const tutti_field_sink* sink, const char* path, int32_t value) {
  char digits[12];
  char* at = digits + sizeof digits;
  uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
  *--at = '\0';
  do {
    *--at = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0) *--at = '-';
  sink->field(sink->context, path, at);
}
static void describe(const void* state, const tutti_field_sink* sink) {
  const pendulum* self = state;
  describe_number(sink, "place", self->place);
  describe_number(sink, "speed", self->speed);
}

static const tutti_game table = {
    .abi = PENDULUM_ABI,
    .flags = TUTTI_STATE_IS_PLAIN,
    .name = "pendulum",
    .version = "1",
    .players_min = 1,
    .players_max = 1,
    .tick_rate = 60,
    .state_size = sizeof(pendulum),
    .state_align = _Alignof(pendulum),
    .construct = construct,
    .destroy = destroy,
    .copy = copy,
    .start = start,
    .step = step,
    .save = save,
    .load = load,
    .describe = describe,
};

const tutti_game* PENDULUM_SYMBOL(void);
const tutti_game* PENDULUM_SYMBOL(void) { return &table; }
