#ifndef TUTTI_TUTTI_H
#define TUTTI_TUTTI_H
/* The engine for programs that speak C, or load a library of C: sessions of any game. The library
 * is libtutti; a program in C++ includes tutti/tutti.hpp instead, which says the same with types.
 *
 *   tutti_options options = {.abi = TUTTI_ABI, .way = TUTTI_JOIN, .module = "./pong.so",
 *                            .relay = "play.example.org", .room = "K7Q2M"};
 *   tutti_session* session = tutti_open(&options);
 *   if (session == NULL) return puts(tutti_error()), 1;
 *   while (tutti_status(session) < TUTTI_ENDED) {
 *     tutti_set_input(session, TUTTI_LOCAL, &controls, sizeof controls);
 *     tutti_advance(session, tutti_now());
 *     draw(tutti_state(session));
 *   }
 *   tutti_close(session);
 *
 * Threads: one session is for one thread at a time; different sessions may be in different threads.
 * Ownership: the library copies all that it is given before it returns, but for `table`, which has
 * to live as long as the session. All that a function returns belongs to the session; texts and
 * bytes are valid until the next call for that session. Times are nanoseconds of a clock that never
 * goes back. Texts are UTF-8 and end with a zero. Errors: a function that can fail returns a
 * tutti_result, TUTTI_OK if all went well, or a pointer, NULL if it failed; then tutti_error() says
 * why, in a sentence. A call with what makes no sense (no session, an event that is too large, a
 * time that goes back) is TUTTI_USAGE and changes nothing. No exception leaves any function. */

#include <stddef.h>
#include <stdint.h>

#include "tutti/sim/game_module.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Shows a function of the shared library. */
#define TUTTI_C_API __attribute__((visibility("default")))

/* The interface in this file. It is raised whenever a struct below, or the meaning of a number,
 * changes; tutti_open refuses options of another one. */
#define TUTTI_ABI 4u

/* What became of a call: one of the following. */
typedef int32_t tutti_result;
#define TUTTI_OK 0       /* it was done */
#define TUTTI_USAGE 1    /* the call makes no sense */
#define TUTTI_BAD_DATA 2 /* a file, module or table that cannot be used */
#define TUTTI_REFUSED 3  /* the other side said no, or it is not possible at this moment */
#define TUTTI_SYSTEM 4   /* the operating system said no: port taken, disk full, out of memory */

/* The reason of the last call in this thread that failed. Valid until the next one that fails. */
TUTTI_C_API const char* tutti_error(void);
/* The library's own TUTTI_ABI, and its version, "0.1.0". */
TUTTI_C_API uint32_t tutti_abi(void);
TUTTI_C_API const char* tutti_version(void);
/* The present by the system's monotonic clock. */
TUTTI_C_API int64_t tutti_now(void);
/* The engine's dice, for a game's `sample` and `play`: the next number, and one from `least`
 * through `most`, which must not be less. */
TUTTI_C_API uint32_t tutti_random_next(tutti_random* random);
TUTTI_C_API int32_t tutti_random_between(tutti_random* random, int32_t least, int32_t most);

/* Where a session's events come from. */
#define TUTTI_SOLO 1u      /* the hands at this machine, every slot's */
#define TUTTI_REHEARSE 2u  /* as solo; every tick is simulated again and compared */
#define TUTTI_HOST 3u      /* a relay in this program, on a thread of its own, and a player of it */
#define TUTTI_JOIN 4u      /* a relay, of whose room this machine is a player */
#define TUTTI_SPECTATE 5u  /* a relay, of whose room this machine is a spectator */
#define TUTTI_WATCH 6u     /* a match file */
#define TUTTI_TAKE_OVER 7u /* a match file up to a tick, then the hands at this machine */

/* For tutti_options.on_loss: a match whose player is lost goes on, is held, or ends. */
#define TUTTI_LOSS_GO_ON 0u
#define TUTTI_LOSS_HOLD 1u
#define TUTTI_LOSS_END 2u
/* For tutti_options.delay_policy: the input delay is fixed, adapted by the relay for all alike, or
 * for each player. */
#define TUTTI_DELAY_FIXED 0u
#define TUTTI_DELAY_SHARED 1u
#define TUTTI_DELAY_OWN 2u

/* The options of a new session. Zero stands for the default in every member but the first two and
 * the game, so initialise all of it: `tutti_options options = {.abi = TUTTI_ABI, .way = ...}`. */
typedef struct tutti_options {
  uint32_t abi; /* TUTTI_ABI */
  uint32_t way; /* TUTTI_SOLO and so on */

  /* The game: a module's file, or a table in this program; one of the two. */
  const char* module;
  const tutti_game* table; /* it has to live as long as the session */

  /* The match that is opened; of solo, rehearse and host, and of join with `creates`. */
  uint64_t seed;               /* of the game's dice; 0 for 1 */
  const uint8_t* game_options; /* the game's own, at most 1024 bytes */
  size_t game_options_size;    /* in bytes */
  uint32_t players;            /* slots; 0 for two, or what the game allows */
  uint32_t ends_at;            /* the tick at which it ends by itself; 0 for none */
  uint32_t on_loss;            /* TUTTI_LOSS_... */
  uint32_t patience_seconds;   /* how long hold and end wait, 1 to 3600; 0 for 30 */
  uint32_t delay_policy;       /* TUTTI_DELAY_... */
  uint32_t input_delay_ticks;  /* the delay if it is fixed, else the least one; 0 to 12 */
  uint32_t is_lockstep;        /* 1: sessions predict nothing */
  uint32_t has_dense_digests;  /* 1: its file keeps a digest of every second */

  /* Online. */
  const char* relay; /* of join and spectate: "host:port", or a whole invitation,
                        "host:port/CODE#key"; NULL for 127.0.0.1:4747 */
  const char* room;  /* the room's code; NULL for a new one, or none yet */
  const char* name;  /* the player's name, at most 32 bytes */
  const char*
      state_folder;      /* for the ticket by which a player comes back; NULL for the usual one */
  uint32_t creates;      /* of join, 1: opens the match if there is no such room */
  int32_t delay_seconds; /* of spectate: how far behind, 0 to 300 */
  const char* listen;   /* of host: "address:port", port 0 takes a free one; NULL for all at 4747 */
  const char* logs;     /* of host: the folder for match files; NULL for the usual one */
  const char* password; /* the room's; of a room that is opened, from then on; NULL for none */
  const char* token;    /* of join and spectate: an operator's, for a relay that lets in nobody
                           without one; for the key in state_folder; NULL for none */

  /* How the room that is opened is kept; of host, and of join with `creates`. */
  uint32_t asks_for_players;    /* 1: the host decides on newcomers who want to play */
  uint32_t asks_for_spectators; /* 1: and on those who want to watch */
  uint32_t spectators_max;      /* spectators at a time; 0 for as many as the relay lets in */
  uint32_t has_no_spectators;   /* 1: nobody may watch */
  uint32_t is_no_peek;          /* 1: nobody is told another's event before its tick is final */

  /* A match file. */
  const char* file;   /* of watch and take over */
  int64_t at_tick;    /* of take over: the last tick that is kept */
  uint32_t as_player; /* of watch: shows what this player saw, 1 for slot 0; 0 shows the match */

  /* Every session. */
  uint32_t rehearse_depth;    /* ticks that are simulated again and compared; 0 for none */
  uint32_t keeps_fold_digest; /* 1: keeps a digest over all confirmed ticks, for tutti_statistics */
  uint32_t forgets_telemetry; /* 1: a recording does not say what was shown frame by frame */
  int64_t catch_up_ns;        /* what one advance may spend on catching up; 0 for 8 ms */
} tutti_options;

/* One participant's running match, for one thread at a time. */
typedef struct tutti_session tutti_session;

/* Begins a session. Host and join return at once; tutti_status tells how it goes. NULL for options
 * that make no sense, a game that cannot be used (which function is missing, a state that cannot be
 * loaded from its own bytes), a file that cannot be read, a taken port. */
TUTTI_C_API tutti_session* tutti_open(const tutti_options* options);
/* Leaves the match, ends the relay that a host runs, and frees the session. NULL does nothing. */
TUTTI_C_API void tutti_close(tutti_session* session);

/* Brings the session to `now`: once per drawn frame, or oftener. */
TUTTI_C_API tutti_result tutti_advance(tutti_session* session, int64_t now);

/* For `player`: the local player, or the first of several. */
#define TUTTI_LOCAL (-1)
/* Sets the state of the player's controls from now on; the same as before costs nothing.
 * TUTTI_REFUSED if the match takes none (any more). */
TUTTI_C_API tutti_result tutti_set_input(tutti_session* session, int32_t player,
                                         const uint8_t* bytes, size_t size);
/* Says something once: a vote, an order. It is queued, and takes effect in the order in which it
 * was said. */
TUTTI_C_API tutti_result tutti_send(tutti_session* session, int32_t player, const uint8_t* bytes,
                                    size_t size);

/* The predicted state at the present, and the one a tick before it for drawing in between: memory
 * of the game's own, valid until the next advance. NULL only without a session. */
TUTTI_C_API const void* tutti_state(const tutti_session* session);
TUTTI_C_API const void* tutti_previous_state(const tutti_session* session);
/* The part of the tick after the previous state that has passed, 0 to 1. */
TUTTI_C_API double tutti_fraction(const tutti_session* session);
/* The canonical bytes of the predicted state. */
TUTTI_C_API tutti_result tutti_state_bytes(tutti_session* session, const uint8_t** bytes,
                                           size_t* size);
/* The fields of the predicted state, in order. */
TUTTI_C_API tutti_result tutti_describe_state(const tutti_session* session,
                                              const tutti_field_sink* fields);

#define TUTTI_HAPPENED 0u  /* new: play it, `age_ticks` late */
#define TUTTI_RETIMED 1u   /* the same one, now at another tick */
#define TUTTI_CANCELLED 2u /* it did not happen after all */

/* A change of an effect that should be heard and seen. */
typedef struct tutti_heard {
  int64_t tick;         /* its tick now; of a cancelled one, its tick before */
  int64_t was;          /* of a retimed one: the tick that was told before; else `tick` */
  int64_t age_ticks;    /* how many ticks ago that is */
  uint64_t key;         /* by which the same effect of a nearby tick is found */
  const uint8_t* bytes; /* its canonical bytes */
  size_t size;          /* of them */
  uint16_t kind;        /* the game's number for it */
  uint8_t change;       /* TUTTI_HAPPENED and so on */
} tutti_heard;

/* The effects that the last advance told: their number, and where they are. */
TUTTI_C_API size_t tutti_effects(tutti_session* session, const tutti_heard** effects);

/* The statuses of a session, as tutti::Status has them. */
#define TUTTI_CONNECTING 0
#define TUTTI_CATCHING_UP 1
#define TUTTI_PLAYING 2
#define TUTTI_RECONNECTING 3
#define TUTTI_WAITING 4
#define TUTTI_HELD 5
#define TUTTI_RESYNCING 6
#define TUTTI_PAUSED 7
#define TUTTI_ENDED 8
#define TUTTI_FAILED 9
/* The session's status; from TUTTI_ENDED on nothing happens any more. TUTTI_FAILED without a
 * session. In words for a screen; "" for another number. */
TUTTI_C_API int32_t tutti_status(const tutti_session* session);
TUTTI_C_API const char* tutti_status_text(int32_t status);
/* The reason of TUTTI_FAILED, in a sentence; NULL for another status. */
TUTTI_C_API const char* tutti_failure(const tutti_session* session);

/* Counters and measures of a session, as of now. */
typedef struct tutti_statistics {
  int64_t present;           /* the tick that is shown */
  int64_t confirmed;         /* the latest tick that is final */
  int64_t input_delay_ticks; /* between an action and the first step that sees it */
  uint64_t steps;            /* of the game, all */
  uint64_t resimulated;      /* of these, for ticks that had been shown before */
  uint64_t rollbacks;        /* times that an event contradicted what was shown */
  uint64_t depth_max;        /* the furthest rollback, in ticks */
  uint64_t events;           /* confirmed ones, the relay's own among them */
  uint64_t late_events;      /* own ones that the relay moved to a later tick */
  uint64_t refused_events;   /* own ones that went nowhere */
  uint64_t datagrams_up;     /* of play, sent */
  uint64_t datagrams_down;   /* of play, received */
  uint64_t bytes_up;         /* of UDP payload in those sent */
  uint64_t bytes_down;       /* of UDP payload in those received */
  double round_trip_ms;      /* smoothed mean */
  double jitter_ms;          /* smoothed mean deviation of it */
  double loss;               /* of the relay's datagrams, 0 to 1 */
  double clock_error_ticks;  /* the match clock minus what is shown */
  double catch_up;           /* how far it has come to the present, 0 to 1 */
  uint8_t fold[16];       /* over every confirmed tick's state; zeros without keeps_fold_digest */
  uint32_t is_unverified; /* what is shown is one player's word, while it is checked */
  uint32_t spectators;    /* how many watch the match, as its players are told */
  int64_t durable;        /* no power loss of the relay changes the log through this tick */
  int64_t replicated;     /* nor does the loss of its machine; 0 where a relay is by itself */
} tutti_statistics;

/* Writes them into `statistics`. */
TUTTI_C_API tutti_result tutti_get_statistics(const tutti_session* session,
                                              tutti_statistics* statistics);
/* The number of effects of this kind in confirmed ticks. */
TUTTI_C_API uint64_t tutti_facts(const tutti_session* session, const char* kind);

/* The rules id, "<game>@<version>+<fingerprint>". */
TUTTI_C_API const char* tutti_rules(const tutti_session* session);
/* The local player's slot; -1 for a spectator, and while it is not known. */
TUTTI_C_API int32_t tutti_player(const tutti_session* session);
TUTTI_C_API int32_t tutti_is_watching(const tutti_session* session);
/* The room's code, "" while unknown and without a relay. */
TUTTI_C_API const char* tutti_room(tutti_session* session);
/* The UDP port of the relay that a host runs; 0 for everybody else. */
TUTTI_C_API uint16_t tutti_port(const tutti_session* session);
/* The match's slots, 0 before it begins, and the names of their players; "" for an empty slot. */
TUTTI_C_API int32_t tutti_slots(const tutti_session* session);
TUTTI_C_API const char* tutti_name(tutti_session* session, int32_t slot);
/* The players for whom the match waits: bit i for slot i. */
TUTTI_C_API uint64_t tutti_awaited(const tutti_session* session);
/* The tick since which the players' states differ and nobody could mend it; -1 if they do not. */
TUTTI_C_API int64_t tutti_diverged(const tutti_session* session);
/* The number of differences between players' states that were found, mended or not. */
TUTTI_C_API size_t tutti_desyncs(const tutti_session* session);

/* The trouble with the relay since the last call; NULL if there was none. The match goes on. For a
 * host: a disk that takes no file. For everybody else: another key than the last time, or that its
 * operator is about to stop it. */
TUTTI_C_API const char* tutti_relay_trouble(tutti_session* session);
/* Ends the relay that a host runs, with all its matches; takes at most about 6 s. TUTTI_SYSTEM if a
 * match could not be kept. tutti_close does the same without a word. */
TUTTI_C_API tutti_result tutti_close_relay(tutti_session* session);

/* The whole invitation for a friend, "host:port/CODE#key". A host says at which address of its
 * machine its relay is found, "host" or "host:port"; others may leave it NULL. "" without a room.
 */
TUTTI_C_API const char* tutti_invitation(tutti_session* session, const char* address);

/* 1 while the room's host is asked about this session: whether it comes in, or gets the role that
 * it wants. */
TUTTI_C_API int32_t tutti_is_host_asked(const tutti_session* session);
/* Somebody who asks to come into the room. */
typedef struct tutti_newcomer {
  const char* names;       /* of all its players, with ", " between them */
  uint32_t id;             /* for the answer */
  uint32_t wants_to_watch; /* 1: as a spectator */
} tutti_newcomer;
/* Those on whom this session, as the room's host, is to decide: their number, and where they are.
 */
TUTTI_C_API size_t tutti_newcomers(tutti_session* session, const tutti_newcomer** newcomers);
/* The host's answers. */
TUTTI_C_API tutti_result tutti_let_in(tutti_session* session, uint32_t newcomer);
TUTTI_C_API tutti_result tutti_turn_away(tutti_session* session, uint32_t newcomer);

/* The player who opened the room removes a player, ends the match, or speaks as its referee: in
 * words, that the match is void, or that the ticks after `about` are to be played again; `reason`
 * has at most 255 bytes. The relay does so for nobody else. */
#define TUTTI_DECISION 0u
#define TUTTI_VOIDED 1u
#define TUTTI_RESTART 2u
TUTTI_C_API tutti_result tutti_kick(tutti_session* session, int32_t player);
TUTTI_C_API tutti_result tutti_end_match(tutti_session* session);
TUTTI_C_API tutti_result tutti_correct(tutti_session* session, uint32_t correction, int64_t about,
                                       const char* reason);
/* A spectator asks for a free slot; a player leaves its slot and watches, 0 to 300 s behind. Then
 * tutti_is_watching tells the role, or tutti_role_refusal the reason why it stayed; "" if there is
 * none. */
TUTTI_C_API tutti_result tutti_become_player(tutti_session* session, const char* name);
TUTTI_C_API tutti_result tutti_become_spectator(tutti_session* session, int32_t delay_seconds);
TUTTI_C_API const char* tutti_role_refusal(tutti_session* session);
/* Leaves the match: the others see it as an event. tutti_close does so, too. */
TUTTI_C_API tutti_result tutti_leave(tutti_session* session);

/* Moving through a match that is watched; of other sessions, TUTTI_USAGE, and -1 for a tick. The
 * speed is in sixteenths: 16 is the match's own, -16 that backwards, 1 to 1024 either way. */
TUTTI_C_API int64_t tutti_playback_length(tutti_session* session);
TUTTI_C_API int64_t tutti_playback_position(tutti_session* session);
TUTTI_C_API tutti_result tutti_playback_pause(tutti_session* session, int32_t is_paused);
TUTTI_C_API tutti_result tutti_playback_speed(tutti_session* session, int32_t sixteenths);
/* To a tick, 0 to the length, in the next advance. */
TUTTI_C_API tutti_result tutti_playback_seek(tutti_session* session, int64_t tick);

/* Writes the match so far, as this machine knows and showed it, into a file. */
TUTTI_C_API tutti_result tutti_save_recording(const tutti_session* session, const char* path);
/* The same with the present state, this program's build and a mark at the present tick. Returns the
 * file's path; `path` NULL for one of its own among the usual bug reports. */
TUTTI_C_API const char* tutti_report_bug(tutti_session* session, const char* note,
                                         const char* path);

#ifdef __cplusplus
}
#endif
#endif /* TUTTI_TUTTI_H */
