;; A rule for any verb: refuses an envelope of more than 4,096 bytes.
(module
  (memory (export "memory") 2)
  (data (i32.const 0) "expected at most 4096 bytes")

  ;; The host writes behind the text, and refuses an address at which its bytes do not fit.
  (func (export "input") (param $bytes i32) (result i32)
    (i32.const 1024))

  ;; 0 to allow; otherwise the address of the reason in the upper 32 bits, and its length in the lower ones.
  (func (export "evaluate")
    (param $envelope i32) (param $length i32) (param $parents i32) (param $parents_length i32) (result i64)
    (if (result i64) (i32.gt_u (local.get $length) (i32.const 4096))
      (then (i64.const 27))
      (else (i64.const 0)))))
