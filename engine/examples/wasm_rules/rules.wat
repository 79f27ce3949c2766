;; The rules of Embers: heat that spreads over a field of 32 times 32 cells, which has no edge.
;; Players put embers on it. Any compiler to WebAssembly could have made this module.
(module
  ;; One page, and no more: what is in it, and the mutable global, is the whole state.
  (memory (export "memory") 1 1)
  (global $ticks (export "ticks") (mut i32) (i32.const 0))

  ;; The field as it is and the one that comes next lie at 0 and at 4096, and take turns.
  (func $field (param $ticks i32) (result i32)
    (i32.shl (i32.and (local.get $ticks) (i32.const 1)) (i32.const 12)))

  (func $cell (param $field i32) (param $x i32) (param $y i32) (result i32)
    (i32.add
      (local.get $field)
      (i32.add
        (i32.shl (i32.and (local.get $y) (i32.const 31)) (i32.const 7))
        (i32.shl (i32.and (local.get $x) (i32.const 31)) (i32.const 2)))))

  (func $ember (export "act") (param $x i32) (param $y i32)
    (local $at i32)
    (local.set $at
      (call $cell (call $field (global.get $ticks)) (local.get $x) (local.get $y)))
    (f32.store (local.get $at) (f32.add (f32.load (local.get $at)) (f32.const 1))))

  (func (export "start") (param $seed i32)
    (call $ember (local.get $seed) (i32.shr_u (local.get $seed) (i32.const 5))))

  ;; A cell's next heat: 99 % of the mean of it and its four neighbours.
  (func $next (param $from i32) (param $x i32) (param $y i32) (result f32)
    (f32.add
      (f32.mul
        (f32.load (call $cell (local.get $from) (local.get $x) (local.get $y)))
        (f32.const 0.198))
      (f32.mul
        (f32.add
          (f32.add
            (f32.load (call $cell (local.get $from)
              (i32.add (local.get $x) (i32.const 1)) (local.get $y)))
            (f32.load (call $cell (local.get $from)
              (i32.sub (local.get $x) (i32.const 1)) (local.get $y))))
          (f32.add
            (f32.load (call $cell (local.get $from)
              (local.get $x) (i32.add (local.get $y) (i32.const 1))))
            (f32.load (call $cell (local.get $from)
              (local.get $x) (i32.sub (local.get $y) (i32.const 1))))))
        (f32.const 0.198))))

  (func (export "step")
    (local $from i32) (local $to i32) (local $i i32) (local $y i32)
    (local.set $from (call $field (global.get $ticks)))
    (global.set $ticks (i32.add (global.get $ticks) (i32.const 1)))
    (local.set $to (call $field (global.get $ticks)))
    (loop $cells
      (local.set $y (i32.shr_u (local.get $i) (i32.const 5)))
      (f32.store
        (call $cell (local.get $to) (local.get $i) (local.get $y))
        (call $next (local.get $from) (local.get $i) (local.get $y)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $cells (i32.lt_u (local.get $i) (i32.const 1024))))))
