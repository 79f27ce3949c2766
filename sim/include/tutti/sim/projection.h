#ifndef TUTTI_SIM_PROJECTION_H
#define TUTTI_SIM_PROJECTION_H
/* Projections of a game module: read models folded from a log, whatever its age. A module that
 * exports `tutti_game_projections` offers them to every tool beside its game; see game_module.h for
 * the rules of all functions. C++ games get all this from `TUTTI_GAME_PROJECTIONS` in
 * projection.hpp. */

#include "tutti/sim/game_module.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The interface in this file; tools refuse a table of another one. */
#define TUTTI_PROJECTION_ABI 1u

/* One value of a row. */
typedef struct tutti_cell {
  const char*
      column;       /* [a-z_]+; all rows of a projection have the same columns in the same order */
  const char* text; /* NULL if the value is the number */
  int64_t number;   /* the value, if there is no text */
} tutti_cell;

/* Receives rows; the texts live until the call returns. */
typedef struct tutti_row_sink {
  void* context; /* the first argument of each call */
  void (*row)(void* context, const tutti_cell* cells, size_t count);
} tutti_row_sink;

/* An effect of a tick. */
typedef struct tutti_projected_effect {
  uint16_t kind;        /* the game's number for it */
  const uint8_t* bytes; /* canonical; they live until the call returns */
  size_t size;          /* of them */
} tutti_projected_effect;

/* A read model: facts, and functions that fold one log. */
typedef struct tutti_projection {
  uint32_t abi;     /* TUTTI_PROJECTION_ABI */
  uint32_t version; /* raised whenever the rows would be others, so that tools make them anew */
  const char* name; /* [a-z_]+ */
  void* (*begin)(const tutti_setup* setup); /* for one log */
  /* After each final tick, from 1, none left out: the state and the effects of the tick. */
  void (*take)(void* self, int64_t tick, const void* state, const tutti_projected_effect* effects,
               size_t count, const tutti_row_sink* rows);
  void (*finish)(void* self, const void* state, const tutti_row_sink* rows); /* nothing follows */
  void (*destroy)(void* self);
} tutti_projection;

/* A module may export this function, by this very name: its projections, then NULL. */
typedef const tutti_projection* const* (*tutti_game_projections_function)(void);
#define TUTTI_GAME_PROJECTIONS_SYMBOL "tutti_game_projections"

#ifdef __cplusplus
}
#endif
#endif /* TUTTI_SIM_PROJECTION_H */
