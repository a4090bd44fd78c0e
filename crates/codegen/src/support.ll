; Integer helpers of generated code that have no counterpart in `runtime::exact`.

; How many items range(start, stop, step) has, as an unsigned int; step is not zero.
define internal i64 @lh.range.length(i64 %start, i64 %stop, i64 %step) alwaysinline nounwind {
  %up = icmp sgt i64 %step, 0
  %low = select i1 %up, i64 %start, i64 %stop
  %high = select i1 %up, i64 %stop, i64 %start
  %minus = sub i64 0, %step
  %stride = select i1 %up, i64 %step, i64 %minus
  %some = icmp slt i64 %low, %high
  %span = sub i64 %high, %low
  %last = sub i64 %span, 1
  %steps = udiv i64 %last, %stride
  %count = add i64 %steps, 1
  %length = select i1 %some, i64 %count, i64 0
  ret i64 %length
}

define internal i64 @lh.wrap_mul.i64(i64 %a, i64 %b) alwaysinline nounwind {
  %product = mul i64 %a, %b
  ret i64 %product
}
