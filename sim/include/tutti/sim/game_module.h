#ifndef TUTTI_SIM_GAME_MODULE_H
#define TUTTI_SIM_GAME_MODULE_H
/* The game module interface: a game as a table of plain functions over an opaque state. A shared
 * library that exports `tutti_game_module` can be loaded by every tool, and may be written in any
 * language that speaks C. C++ games get the table from `TUTTI_GAME_MODULE(Type)` in game.hpp.
 *
 * Rules for every function: no clock, thread, file or global state may reach a state; no exception
 * or longjmp may leave; the same arguments give the same result on every machine. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 4 added `default_event`, 5 `hash` and the flags TUTTI_STATE_SHARES_PAGES and
 * TUTTI_GAME_HAS_COMMANDS, 6 `parts` and `hash_pages`; a table of 3 to 5 ends before them and is
 * still read. */
#define TUTTI_GAME_ABI 6u
#define TUTTI_GAME_ABI_OLDEST 3u

/* What a match begins with. */
typedef struct tutti_setup {
  uint64_t seed;          /* of the game's own dice */
  uint16_t tick_rate;     /* ticks a second */
  uint8_t players;        /* slots, 1 to 64 */
  const uint8_t* options; /* the game's own; they live until the call returns */
  size_t options_size;    /* in bytes, at most 1024 */
} tutti_setup;

/* One event of a tick. kind 0 is a player's own event, its bytes the game's, behind a tag if the
 * game has commands; other kinds are the relay's (tutti::EventKind): 2 joined, 3 left, ... */
typedef struct tutti_event {
  int64_t tick;         /* the one that is stepped */
  const uint8_t* bytes; /* they live until the call returns */
  size_t size;          /* of them */
  uint32_t counter;     /* the author's own count, from 0 */
  uint8_t kind;         /* see above */
  uint8_t player;       /* the slot that it is by or about */
} tutti_event;

/* Receives effects. kind and key decide whether two effects of nearby ticks are the same one. */
typedef struct tutti_effect_sink {
  void* context; /* the first argument of each call */
  void (*emit)(void* context, uint16_t kind, uint64_t key, const uint8_t* bytes, size_t size);
} tutti_effect_sink;

/* Receives bytes, in one call or many. */
typedef struct tutti_byte_sink {
  void* context; /* the first argument of each call */
  void (*write)(void* context, const uint8_t* bytes, size_t size);
} tutti_byte_sink;

/* Receives a state in its parts, in order: bytes that are in no page, in one call or many, and
 * pages of page_bytes canonical bytes each, as the BLAKE2b hash of each page, 16 bytes of output.
 */
typedef struct tutti_part_sink {
  void* context; /* the first argument of each call */
  void (*bytes)(void* context, const uint8_t* bytes, size_t size);
  void (*pages)(void* context, uint32_t page_bytes, size_t count, const uint8_t* hashes);
} tutti_part_sink;

/* Receives the fields of a state, event or effect in order; both texts live until the call returns.
 */
typedef struct tutti_field_sink {
  void* context; /* the first argument of each call */
  void (*field)(void* context, const char* path, const char* value);
} tutti_field_sink;

/* PCG32, see tutti::Random. */
typedef struct tutti_random {
  uint64_t state;     /* changed by every draw */
  uint64_t increment; /* odd; it tells streams apart */
} tutti_random;

/* Flags. Plain: memcpy copies a state. Canonical: on this machine its memory is its canonical
 * bytes. */
#define TUTTI_STATE_IS_PLAIN 1u
#define TUTTI_STATE_IS_CANONICAL 2u
/* No field of a state is a float; without it, listed values are searched for NaN. */
#define TUTTI_STATE_HAS_NO_FLOATS 4u
/* Copies of a state share what they have in common: a copy costs what will change. Needs `hash`. */
#define TUTTI_STATE_SHARES_PAGES 8u
/* Every event of a player begins with one byte, the tag, wherever this table gives or takes one:
 * what the player holds until it holds something else, or what it says once. */
#define TUTTI_GAME_HAS_COMMANDS 16u
#define TUTTI_TAG_INPUT 0u
#define TUTTI_TAG_COMMAND 1u

/* A game: facts, and functions that keep to the rules above. */
typedef struct tutti_game {
  uint32_t abi;          /* TUTTI_GAME_ABI */
  uint32_t flags;        /* TUTTI_STATE_... and TUTTI_GAME_... */
  const char* name;      /* [a-z0-9_-]+ */
  const char* version;   /* [0-9a-z.]+, raised by every change of the rules */
  const char* viewer;    /* a program that plays this game's replays, or NULL */
  uint8_t players_min;   /* slots of a match, at least 1 */
  uint8_t players_max;   /* at most 64 */
  uint16_t tick_rate;    /* of a setup by default */
  uint16_t effect_kinds; /* kinds below it have names */
  size_t state_size;     /* bytes of one state in memory */
  size_t state_align;    /* of its memory, a power of two */

  void (*construct)(void* state);                       /* in memory of the caller's */
  void (*destroy)(void* state);                         /* the memory stays the caller's */
  void (*copy)(void* to, const void* from);             /* both constructed */
  void (*start)(void* state, const tutti_setup* setup); /* makes it the state at tick 0 */
  /* Events in canonical order. Returns how many the game refused: undecodable or not valid. */
  size_t (*step)(void* state, const tutti_event* events, size_t count,
                 const tutti_effect_sink* effects);              /* effects may be NULL */
  void (*save)(const void* state, const tutti_byte_sink* bytes); /* canonical bytes */
  int (*load)(void* state, const uint8_t* bytes, size_t size);   /* 0 if they do not fit */
  void (*describe)(const void* state, const tutti_field_sink* fields);
  const char* (*effect_kind)(uint16_t kind); /* "hit"; NULL if it has no name */

  /* Optional: the fields of a player's own event and of an effect, from their bytes, for people who
   * read matches. Without them, NULL, tools show bytes. Both return 0, and give no field, for bytes
   * that are none. */
  int (*describe_event)(const uint8_t* bytes, size_t size, const tutti_field_sink* fields);
  int (*describe_effect)(const uint8_t* bytes, size_t size, const tutti_field_sink* fields);

  /* Optional: an arbitrary legal event, and the event of the game's bot; NULL if the game offers
   * none. Both return the size of an event, or -1 for none. A bot's style: strength in bits 0 to 7
   * (0 easy, 1 medium, 2 hard), input in bits 8 to 15 (0 a digital pad, 1 an analog stick); a game
   * may know no difference. */
  int32_t (*sample)(tutti_random* random, uint8_t* bytes, size_t capacity);
  int32_t (*play)(const void* state, uint8_t player, uint32_t style, tutti_random* random,
                  uint8_t* bytes, size_t capacity);

  /* Optional, since 4: the event of a player who does nothing in particular; its size, or -1.
   * A rules id is made with this event where `sample` is NULL, and with no bytes where both are. */
  int32_t (*default_event)(uint8_t* bytes, size_t capacity);

  /* Optional, since 5: a hash of the state in place of one of its canonical bytes, to find the tick
   * at which two machines part. Equal states have equal hashes, on every machine. */
  uint64_t (*hash)(const void* state);

  /* Optional, since 6, both or none, with TUTTI_STATE_SHARES_PAGES: the parts of a state, whose
   * digest is then taken as in page_digests.hpp; else it covers the canonical bytes. */
  void (*parts)(const void* state, const tutti_part_sink* parts);
  /* Hashes up to `most` pages whose hashes are not known yet, from page `from` on, so that `parts`
   * finds them. Returns the page to go on from, or 0 when all are known. `most` is at least 1. */
  size_t (*hash_pages)(const void* state, size_t from, size_t most);
} tutti_game;

/* A module exports this function, by this very name; the table lives as long as the module. */
typedef const tutti_game* (*tutti_game_module_function)(void);
#define TUTTI_GAME_MODULE_SYMBOL "tutti_game_module"

#ifdef __cplusplus
}
#endif
#endif /* TUTTI_SIM_GAME_MODULE_H */
