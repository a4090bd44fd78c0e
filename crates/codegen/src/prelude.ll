; What generated code calls for arithmetic with CPython's own bits: the fast lane inline, the rest in the `lh_*`
; functions of `crates/runtime/src/exact.rs`, whose table says why each is exact. `tests/python/test_exact.py`
; compares every function here with CPython.
;
; - A result { T, i1 } is a value and "leave": true means that the interpreter must do this one (overflow, error, a
;   complex result); the value is then meaningless.
; - libm has only names of ours, so that LLVM neither folds nor rewrites it. No fast-math flag, no contraction.
; - `i1 %fma` is a constant: does the target have FMA? With false, error terms are computed by Dekker's splitting;
;   the branch not taken goes away with the first simplification.
; - `!prof !3` says that the first way is the common one.
; - Works in LLVM 20 to 22: opaque pointers, no target lines, floats in hex.

declare i64 @llvm.abs.i64(i64, i1 immarg)
declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.umin.i64(i64, i64)
declare i64 @llvm.ctlz.i64(i64, i1 immarg)
declare i64 @llvm.ctpop.i64(i64)
declare i64 @llvm.fptosi.sat.i64.f64(double)
declare { i64, i1 } @llvm.ssub.with.overflow.i64(i64, i64)
declare { i64, i1 } @llvm.smul.with.overflow.i64(i64, i64)
declare double @llvm.fabs.f64(double)
declare double @llvm.copysign.f64(double, double)
declare double @llvm.sqrt.f64(double)
declare double @llvm.fma.f64(double, double, double)

; The user's libm, bound by the loader. errno is nobody's business here, so calls may be moved and shared.
declare double @lh_libm_acos(double) nounwind willreturn memory(none)
declare double @lh_libm_acosh(double) nounwind willreturn memory(none)
declare double @lh_libm_asin(double) nounwind willreturn memory(none)
declare double @lh_libm_asinh(double) nounwind willreturn memory(none)
declare double @lh_libm_atan(double) nounwind willreturn memory(none)
declare double @lh_libm_atanh(double) nounwind willreturn memory(none)
declare double @lh_libm_cbrt(double) nounwind willreturn memory(none)
declare double @lh_libm_cos(double) nounwind willreturn memory(none)
declare double @lh_libm_cosh(double) nounwind willreturn memory(none)
declare double @lh_libm_erf(double) nounwind willreturn memory(none)
declare double @lh_libm_erfc(double) nounwind willreturn memory(none)
declare double @lh_libm_exp(double) nounwind willreturn memory(none)
declare double @lh_libm_exp2(double) nounwind willreturn memory(none)
declare double @lh_libm_expm1(double) nounwind willreturn memory(none)
declare double @lh_libm_log(double) nounwind willreturn memory(none)
declare double @lh_libm_log10(double) nounwind willreturn memory(none)
declare double @lh_libm_log1p(double) nounwind willreturn memory(none)
declare double @lh_libm_log2(double) nounwind willreturn memory(none)
declare double @lh_libm_sin(double) nounwind willreturn memory(none)
declare double @lh_libm_sinh(double) nounwind willreturn memory(none)
declare double @lh_libm_tan(double) nounwind willreturn memory(none)
declare double @lh_libm_tanh(double) nounwind willreturn memory(none)
declare double @lh_libm_atan2(double, double) nounwind willreturn memory(none)
declare double @lh_libm_fmod(double, double) nounwind willreturn memory(none)
declare double @lh_libm_nextafter(double, double) nounwind willreturn memory(none)
declare double @lh_libm_pow(double, double) nounwind willreturn memory(none)
declare double @lh_libm_fma(double, double, double) nounwind willreturn memory(none)

; The rare lanes, in `exact.rs`.
declare { i64, i64 } @lh_pow_i64(i64, i64) cold nounwind willreturn memory(none)
declare { i64, i64 } @lh_powmod_i64(i64, i64, i64) cold nounwind willreturn memory(none)
declare { i64, i64 } @lh_gcd_i64(i64, i64) cold nounwind willreturn memory(none)
declare { i64, i64 } @lh_lcm_i64(i64, i64) cold nounwind willreturn memory(none)
declare { i64, i64 } @lh_comb_i64(i64, i64) cold nounwind willreturn memory(none)
declare { i64, i64 } @lh_perm_i64(i64, i64) cold nounwind willreturn memory(none)
declare { i64, i64 } @lh_factorial_i64(i64) cold nounwind willreturn memory(none)
declare { i64, i64 } @lh_round_i64(i64, i64) cold nounwind willreturn memory(none)
declare double @lh_truediv_i64(i64, i64) cold nounwind willreturn memory(none)
declare double @lh_floordiv_f64(double, double) cold nounwind willreturn memory(none)
declare double @lh_mod_f64(double, double) cold nounwind willreturn memory(none)
declare double @lh_pow_f64(double, double) cold nounwind willreturn memory(none)
declare double @lh_math_pow(double, double) cold nounwind willreturn memory(none)
declare double @lh_math_remainder(double, double) nounwind willreturn memory(none)
declare double @lh_math_ldexp(double, i64) nounwind willreturn memory(none)
declare double @lh_round_f64(double, i64) cold nounwind willreturn memory(none)
declare double @lh_math_fsum(ptr, i64) nounwind willreturn memory(argmem: read)

; ---- ints

; {value, leave} of an extern.
define internal { i64, i1 } @lh.checked.i64({ i64, i64 } %r) alwaysinline nounwind {
  %v = extractvalue { i64, i64 } %r, 0
  %l = extractvalue { i64, i64 } %r, 1
  %leave = icmp ne i64 %l, 0
  %out.0 = insertvalue { i64, i1 } poison, i64 %v, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; a // b
define internal { i64, i1 } @lh.floordiv.i64(i64 %a, i64 %b) alwaysinline nounwind {
  %zero = icmp eq i64 %b, 0
  %m1 = icmp eq i64 %b, -1
  %min = icmp eq i64 %a, -9223372036854775808
  %over = and i1 %m1, %min
  %leave = or i1 %zero, %over
  %d = select i1 %leave, i64 1, i64 %b
  %q = sdiv i64 %a, %d
  %r = srem i64 %a, %d
  %rest = icmp ne i64 %r, 0
  %x = xor i64 %a, %d
  %apart = icmp slt i64 %x, 0
  %below = and i1 %rest, %apart
  %less = sext i1 %below to i64
  %f = add i64 %q, %less
  %out.0 = insertvalue { i64, i1 } poison, i64 %f, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; a % b
define internal { i64, i1 } @lh.mod.i64(i64 %a, i64 %b) alwaysinline nounwind {
  %leave = icmp eq i64 %b, 0
  %m1 = icmp eq i64 %b, -1
  %trap = or i1 %leave, %m1
  %d = select i1 %trap, i64 1, i64 %b
  %r = srem i64 %a, %d
  %rest = icmp ne i64 %r, 0
  %x = xor i64 %r, %d
  %apart = icmp slt i64 %x, 0
  %below = and i1 %rest, %apart
  %add = select i1 %below, i64 %d, i64 0
  %f = add i64 %r, %add
  %out.0 = insertvalue { i64, i1 } poison, i64 %f, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; a // b for a divisor that is not known: mostly both are natural numbers, whose division is shorter
define internal { i64, i1 } @lh.floordiv.any.i64(i64 %a, i64 %b) alwaysinline nounwind {
entry:
  %either = or i64 %a, %b
  %natural = icmp sge i64 %either, 0
  br i1 %natural, label %plain, label %signed, !prof !3
plain:
  %zero = icmp eq i64 %b, 0
  %d = select i1 %zero, i64 1, i64 %b
  %f.plain = udiv i64 %a, %d
  br label %done
signed:
  %s = call { i64, i1 } @lh.floordiv.i64(i64 %a, i64 %b)
  %f.signed = extractvalue { i64, i1 } %s, 0
  %leave.signed = extractvalue { i64, i1 } %s, 1
  br label %done
done:
  %f = phi i64 [ %f.plain, %plain ], [ %f.signed, %signed ]
  %leave = phi i1 [ %zero, %plain ], [ %leave.signed, %signed ]
  %out.0 = insertvalue { i64, i1 } poison, i64 %f, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; a % b for a divisor that is not known: mostly both are natural numbers, whose division is shorter
define internal { i64, i1 } @lh.mod.any.i64(i64 %a, i64 %b) alwaysinline nounwind {
entry:
  %either = or i64 %a, %b
  %natural = icmp sge i64 %either, 0
  br i1 %natural, label %plain, label %signed, !prof !3
plain:
  %zero = icmp eq i64 %b, 0
  %d = select i1 %zero, i64 1, i64 %b
  %f.plain = urem i64 %a, %d
  br label %done
signed:
  %s = call { i64, i1 } @lh.mod.i64(i64 %a, i64 %b)
  %f.signed = extractvalue { i64, i1 } %s, 0
  %leave.signed = extractvalue { i64, i1 } %s, 1
  br label %done
done:
  %f = phi i64 [ %f.plain, %plain ], [ %f.signed, %signed ]
  %leave = phi i1 [ %zero, %plain ], [ %leave.signed, %signed ]
  %out.0 = insertvalue { i64, i1 } poison, i64 %f, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; a // 2**k, for a constant k of 0 to 62
define internal i64 @lh.floordiv.pow2.i64(i64 %a, i64 %k) alwaysinline nounwind {
  %f = ashr i64 %a, %k
  ret i64 %f
}

; a % 2**k, for a constant k of 0 to 62
define internal i64 @lh.mod.pow2.i64(i64 %a, i64 %k) alwaysinline nounwind {
  %b = shl i64 1, %k
  %mask = sub i64 %b, 1
  %f = and i64 %a, %mask
  ret i64 %f
}

; x << n
define internal { i64, i1 } @lh.shl.i64(i64 %x, i64 %n) alwaysinline nounwind {
  %wide = icmp ugt i64 %n, 63
  %k = select i1 %wide, i64 0, i64 %n
  %s = shl i64 %x, %k
  %back = ashr i64 %s, %k
  %lost = icmp ne i64 %back, %x
  %some = icmp ne i64 %x, 0
  %far = and i1 %wide, %some
  %neg = icmp slt i64 %n, 0
  %l1 = or i1 %far, %neg
  %leave = or i1 %l1, %lost
  %out.0 = insertvalue { i64, i1 } poison, i64 %s, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; x >> n
define internal { i64, i1 } @lh.shr.i64(i64 %x, i64 %n) alwaysinline nounwind {
  %leave = icmp slt i64 %n, 0
  %k = call i64 @llvm.umin.i64(i64 %n, i64 63)
  %s = ashr i64 %x, %k
  %out.0 = insertvalue { i64, i1 } poison, i64 %s, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; -x
define internal { i64, i1 } @lh.neg.i64(i64 %x) alwaysinline nounwind {
  %out = call { i64, i1 } @llvm.ssub.with.overflow.i64(i64 0, i64 %x)
  ret { i64, i1 } %out
}

; abs(x)
define internal { i64, i1 } @lh.abs.i64(i64 %x) alwaysinline nounwind {
  %a = call i64 @llvm.abs.i64(i64 %x, i1 false)
  %leave = icmp slt i64 %a, 0
  %out.0 = insertvalue { i64, i1 } poison, i64 %a, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; x.bit_length()
define internal i64 @lh.bit_length.i64(i64 %x) alwaysinline nounwind {
  %a = call i64 @llvm.abs.i64(i64 %x, i1 false)
  %z = call i64 @llvm.ctlz.i64(i64 %a, i1 false)
  %n = sub i64 64, %z
  ret i64 %n
}

; x.bit_count()
define internal i64 @lh.bit_count.i64(i64 %x) alwaysinline nounwind {
  %a = call i64 @llvm.abs.i64(i64 %x, i1 false)
  %n = call i64 @llvm.ctpop.i64(i64 %a)
  ret i64 %n
}

; x ** 2
define internal { i64, i1 } @lh.square.i64(i64 %x) alwaysinline nounwind {
  %out = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %x, i64 %x)
  ret { i64, i1 } %out
}

; x ** 3
define internal { i64, i1 } @lh.cube.i64(i64 %x) alwaysinline nounwind {
  %s = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %x, i64 %x)
  %sq = extractvalue { i64, i1 } %s, 0
  %so = extractvalue { i64, i1 } %s, 1
  %c = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %sq, i64 %x)
  %v = extractvalue { i64, i1 } %c, 0
  %co = extractvalue { i64, i1 } %c, 1
  %leave = or i1 %so, %co
  %out.0 = insertvalue { i64, i1 } poison, i64 %v, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; base ** exponent, a negative exponent leaves
define internal { i64, i1 } @lh.pow.i64(i64 %base, i64 %exponent) alwaysinline nounwind {
  %r = call { i64, i64 } @lh_pow_i64(i64 %base, i64 %exponent)
  %out = call { i64, i1 } @lh.checked.i64({ i64, i64 } %r)
  ret { i64, i1 } %out
}

; pow(base, exponent, modulus)
define internal { i64, i1 } @lh.powmod.i64(i64 %base, i64 %exponent, i64 %modulus) alwaysinline nounwind {
  %r = call { i64, i64 } @lh_powmod_i64(i64 %base, i64 %exponent, i64 %modulus)
  %out = call { i64, i1 } @lh.checked.i64({ i64, i64 } %r)
  ret { i64, i1 } %out
}

; math.gcd
define internal { i64, i1 } @lh.gcd.i64(i64 %a, i64 %b) alwaysinline nounwind {
  %r = call { i64, i64 } @lh_gcd_i64(i64 %a, i64 %b)
  %out = call { i64, i1 } @lh.checked.i64({ i64, i64 } %r)
  ret { i64, i1 } %out
}

; math.lcm
define internal { i64, i1 } @lh.lcm.i64(i64 %a, i64 %b) alwaysinline nounwind {
  %r = call { i64, i64 } @lh_lcm_i64(i64 %a, i64 %b)
  %out = call { i64, i1 } @lh.checked.i64({ i64, i64 } %r)
  ret { i64, i1 } %out
}

; math.comb
define internal { i64, i1 } @lh.comb.i64(i64 %n, i64 %k) alwaysinline nounwind {
  %r = call { i64, i64 } @lh_comb_i64(i64 %n, i64 %k)
  %out = call { i64, i1 } @lh.checked.i64({ i64, i64 } %r)
  ret { i64, i1 } %out
}

; math.perm
define internal { i64, i1 } @lh.perm.i64(i64 %n, i64 %k) alwaysinline nounwind {
  %r = call { i64, i64 } @lh_perm_i64(i64 %n, i64 %k)
  %out = call { i64, i1 } @lh.checked.i64({ i64, i64 } %r)
  ret { i64, i1 } %out
}

; math.factorial
define internal { i64, i1 } @lh.factorial.i64(i64 %n) alwaysinline nounwind {
  %r = call { i64, i64 } @lh_factorial_i64(i64 %n)
  %out = call { i64, i1 } @lh.checked.i64({ i64, i64 } %r)
  ret { i64, i1 } %out
}

; round(x, digits) of an int
define internal { i64, i1 } @lh.round.i64(i64 %x, i64 %digits) alwaysinline nounwind {
  %r = call { i64, i64 } @lh_round_i64(i64 %x, i64 %digits)
  %out = call { i64, i1 } @lh.checked.i64({ i64, i64 } %r)
  ret { i64, i1 } %out
}

; math.isqrt(x): the rounded root is at most one off
define internal { i64, i1 } @lh.isqrt.i64(i64 %x) alwaysinline nounwind {
  %leave = icmp slt i64 %x, 0
  %n = select i1 %leave, i64 0, i64 %x
  %f = sitofp i64 %n to double
  %r = call double @llvm.sqrt.f64(double %f)
  %s = fptosi double %r to i64
  %s2 = mul i64 %s, %s
  %high = icmp ugt i64 %s2, %n
  %s.down = sub i64 %s, 1
  %t = select i1 %high, i64 %s.down, i64 %s
  %up = add i64 %t, 1
  %up2 = mul i64 %up, %up
  %low = icmp ule i64 %up2, %n
  %u = select i1 %low, i64 %up, i64 %t
  %out.0 = insertvalue { i64, i1 } poison, i64 %u, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; ---- ints and floats

; float(x): rounds half to even, as CPython
define internal double @lh.float.i64(i64 %x) alwaysinline nounwind {
  %f = sitofp i64 %x to double
  ret double %f
}

; a / b of ints: within 2**53 both are doubles, and one division rounds once
define internal { double, i1 } @lh.truediv.i64(i64 %a, i64 %b) alwaysinline nounwind {
entry:
  %leave = icmp eq i64 %b, 0
  %a.up = add i64 %a, 9007199254740992
  %b.up = add i64 %b, 9007199254740992
  %a.small = icmp ule i64 %a.up, 18014398509481984
  %b.small = icmp ule i64 %b.up, 18014398509481984
  %small = and i1 %a.small, %b.small
  br i1 %small, label %fast, label %slow
fast:
  %x = sitofp i64 %a to double
  %y = sitofp i64 %b to double
  %q.fast = fdiv double %x, %y
  br label %done
slow:
  %q.slow = call double @lh_truediv_i64(i64 %a, i64 %b)
  br label %done
done:
  %q = phi double [ %q.fast, %fast ], [ %q.slow, %slow ]
  %out.0 = insertvalue { double, i1 } poison, double %q, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; Rounding is monotone, so unequal images tell; equal ones are compared as ints, where 2**63 is above them all.
; int lt float
define internal i1 @lh.lt.i64.f64(i64 %i, double %x) alwaysinline nounwind {
  %f = sitofp i64 %i to double
  %same = fcmp oeq double %f, %x
  %j = call i64 @llvm.fptosi.sat.i64.f64(double %x)
  %top = fcmp oge double %x, 0x43E0000000000000
  %c = icmp slt i64 %i, %j
  %under = or i1 %c, %top
  %tie = and i1 %same, %under
  %clear = fcmp olt double %f, %x
  %out = or i1 %clear, %tie
  ret i1 %out
}

; int le float
define internal i1 @lh.le.i64.f64(i64 %i, double %x) alwaysinline nounwind {
  %f = sitofp i64 %i to double
  %same = fcmp oeq double %f, %x
  %j = call i64 @llvm.fptosi.sat.i64.f64(double %x)
  %top = fcmp oge double %x, 0x43E0000000000000
  %c = icmp sle i64 %i, %j
  %under = or i1 %c, %top
  %tie = and i1 %same, %under
  %clear = fcmp olt double %f, %x
  %out = or i1 %clear, %tie
  ret i1 %out
}

; int gt float
define internal i1 @lh.gt.i64.f64(i64 %i, double %x) alwaysinline nounwind {
  %f = sitofp i64 %i to double
  %same = fcmp oeq double %f, %x
  %j = call i64 @llvm.fptosi.sat.i64.f64(double %x)
  %top = fcmp oge double %x, 0x43E0000000000000
  %c = icmp sgt i64 %i, %j
  %tie.0 = and i1 %same, %c
  %below = xor i1 %top, true
  %tie = and i1 %tie.0, %below
  %clear = fcmp ogt double %f, %x
  %out = or i1 %clear, %tie
  ret i1 %out
}

; int ge float
define internal i1 @lh.ge.i64.f64(i64 %i, double %x) alwaysinline nounwind {
  %f = sitofp i64 %i to double
  %same = fcmp oeq double %f, %x
  %j = call i64 @llvm.fptosi.sat.i64.f64(double %x)
  %top = fcmp oge double %x, 0x43E0000000000000
  %c = icmp sge i64 %i, %j
  %tie.0 = and i1 %same, %c
  %below = xor i1 %top, true
  %tie = and i1 %tie.0, %below
  %clear = fcmp ogt double %f, %x
  %out = or i1 %clear, %tie
  ret i1 %out
}

; int eq float
define internal i1 @lh.eq.i64.f64(i64 %i, double %x) alwaysinline nounwind {
  %f = sitofp i64 %i to double
  %same = fcmp oeq double %f, %x
  %j = call i64 @llvm.fptosi.sat.i64.f64(double %x)
  %top = fcmp oge double %x, 0x43E0000000000000
  %c = icmp eq i64 %i, %j
  %tie.0 = and i1 %same, %c
  %below = xor i1 %top, true
  %out = and i1 %tie.0, %below
  ret i1 %out
}

; int ne float
define internal i1 @lh.ne.i64.f64(i64 %i, double %x) alwaysinline nounwind {
  %f = sitofp i64 %i to double
  %same = fcmp oeq double %f, %x
  %j = call i64 @llvm.fptosi.sat.i64.f64(double %x)
  %top = fcmp oge double %x, 0x43E0000000000000
  %c = icmp eq i64 %i, %j
  %tie.0 = and i1 %same, %c
  %below = xor i1 %top, true
  %tie = and i1 %tie.0, %below
  %out = xor i1 %tie, true
  ret i1 %out
}

; int(x), math.trunc(x)
define internal { i64, i1 } @lh.trunc.f64(double %x) alwaysinline nounwind {
  %ge = fcmp oge double %x, 0xC3E0000000000000
  %lt = fcmp olt double %x, 0x43E0000000000000
  %in = and i1 %ge, %lt
  %safe = select i1 %in, double %x, double 0.0
  %i = fptosi double %safe to i64
  %leave = xor i1 %in, true
  %out.0 = insertvalue { i64, i1 } poison, i64 %i, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; math.floor(x)
define internal { i64, i1 } @lh.floor.f64(double %x) alwaysinline nounwind {
  %t = call { i64, i1 } @lh.trunc.f64(double %x)
  %i = extractvalue { i64, i1 } %t, 0
  %leave = extractvalue { i64, i1 } %t, 1
  %f = sitofp i64 %i to double
  %past = fcmp ogt double %f, %x
  %step = select i1 %past, i64 -1, i64 0
  %r = add i64 %i, %step
  %out.0 = insertvalue { i64, i1 } poison, i64 %r, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; math.ceil(x)
define internal { i64, i1 } @lh.ceil.f64(double %x) alwaysinline nounwind {
  %t = call { i64, i1 } @lh.trunc.f64(double %x)
  %i = extractvalue { i64, i1 } %t, 0
  %leave = extractvalue { i64, i1 } %t, 1
  %f = sitofp i64 %i to double
  %past = fcmp olt double %f, %x
  %step = select i1 %past, i64 1, i64 0
  %r = add i64 %i, %step
  %out.0 = insertvalue { i64, i1 } poison, i64 %r, 0
  %out = insertvalue { i64, i1 } %out.0, i1 %leave, 1
  ret { i64, i1 } %out
}

; x as a whole number, half to even: above 2**52 doubles have no fraction, so the addition drops it
define internal double @lh.half_even.f64(double %x) alwaysinline nounwind {
  %a = call double @llvm.fabs.f64(double %x)
  %small = fcmp olt double %a, 0x4330000000000000
  %up = fadd double %a, 0x4330000000000000
  %r = fsub double %up, 0x4330000000000000
  %s = select i1 %small, double %r, double %a
  %out = call double @llvm.copysign.f64(double %s, double %x)
  ret double %out
}

; round(x)
define internal { i64, i1 } @lh.round.to.i64(double %x) alwaysinline nounwind {
  %r = call double @lh.half_even.f64(double %x)
  %out = call { i64, i1 } @lh.trunc.f64(double %r)
  ret { i64, i1 } %out
}

; ---- error terms

; a * b - p exactly, where p is a * b rounded, far from underflow and overflow
define internal double @lh.product.error(double %a, double %b, double %p, i1 %fma) alwaysinline nounwind {
entry:
  br i1 %fma, label %fused, label %split
fused:
  %n = fneg double %p
  %e.fused = call double @llvm.fma.f64(double %a, double %b, double %n)
  br label %done
split:
  %ac = fmul double %a, 0x41A0000002000000
  %ad = fsub double %ac, %a
  %ah = fsub double %ac, %ad
  %al = fsub double %a, %ah
  %bc = fmul double %b, 0x41A0000002000000
  %bd = fsub double %bc, %b
  %bh = fsub double %bc, %bd
  %bl = fsub double %b, %bh
  %hh = fmul double %ah, %bh
  %hl = fmul double %ah, %bl
  %lh = fmul double %al, %bh
  %ll = fmul double %al, %bl
  %e1 = fsub double %hh, %p
  %e2 = fadd double %e1, %hl
  %e3 = fadd double %e2, %lh
  %e.split = fadd double %e3, %ll
  br label %done
done:
  %e = phi double [ %e.fused, %fused ], [ %e.split, %split ]
  ret double %e
}

; x - a * b exactly, where a is x / b rounded, or both are the square root of x rounded
define internal double @lh.residual(double %x, double %a, double %b, i1 %fma) alwaysinline nounwind {
  %p = fmul double %a, %b
  %e = call double @lh.product.error(double %a, double %b, double %p, i1 %fma)
  %d = fsub double %x, %p
  %r = fsub double %d, %e
  ret double %r
}

; ---- float division

; the remainder r of fmod with the sign of y
define internal double @lh.modulo.sign(double %r, double %y) alwaysinline nounwind {
  %some = fcmp une double %r, 0.0
  %r.neg = fcmp olt double %r, 0.0
  %y.neg = fcmp olt double %y, 0.0
  %apart = xor i1 %r.neg, %y.neg
  %moved = fadd double %r, %y
  %s = select i1 %apart, double %moved, double %r
  %z = call double @llvm.copysign.f64(double 0.0, double %y)
  %out = select i1 %some, double %s, double %z
  ret double %out
}

; {fmod(x, y), known}, for FMA targets, where |x / y| < 2**48. The truncated rounded quotient n is the true one or one more.
; |x| - n |y| is a multiple of the last place of y and at most |y|, so the FMA is exact; so is adding |y| back.
define internal { double, i1 } @lh.fmod.fast(double %x, double %y) alwaysinline nounwind {
  %a = call double @llvm.fabs.f64(double %x)
  %b = call double @llvm.fabs.f64(double %y)
  %q = fdiv double %a, %b
  %q.ok = fcmp olt double %q, 0x42F0000000000000
  %b.ok = fcmp olt double %b, 0x7FF0000000000000
  %ok = and i1 %q.ok, %b.ok
  %q.safe = select i1 %ok, double %q, double 0.0
  %i = fptosi double %q.safe to i64
  %n = sitofp i64 %i to double
  %m = fneg double %n
  %r = call double @llvm.fma.f64(double %m, double %b, double %a)
  %over = fcmp olt double %r, 0.0
  %back = fadd double %r, %b
  %s = select i1 %over, double %back, double %r
  %signed = call double @llvm.copysign.f64(double %s, double %x)
  %out.0 = insertvalue { double, i1 } poison, double %signed, 0
  %out = insertvalue { double, i1 } %out.0, i1 %ok, 1
  ret { double, i1 } %out
}

; C's fmod(x, y), NaN for y == 0; without FMA always libm's
define internal double @lh.fmod.f64(double %x, double %y, i1 %fma) alwaysinline nounwind {
entry:
  br i1 %fma, label %try, label %slow
try:
  %t = call { double, i1 } @lh.fmod.fast(double %x, double %y)
  %v = extractvalue { double, i1 } %t, 0
  %ok = extractvalue { double, i1 } %t, 1
  br i1 %ok, label %done, label %slow
slow:
  %c = call double @lh_libm_fmod(double %x, double %y)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %c, %slow ]
  ret double %r
}

; x % y
define internal { double, i1 } @lh.mod.f64(double %x, double %y, i1 %fma) alwaysinline nounwind {
  %leave = fcmp oeq double %y, 0.0
  %r = call double @lh.fmod.f64(double %x, double %y, i1 %fma)
  %m = call double @lh.modulo.sign(double %r, double %y)
  %out.0 = insertvalue { double, i1 } poison, double %m, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; divmod(x, y), leave. CPython takes floor((x - mod) / y), and one more if it is off by over a half: the nearest whole
; number, and for quotients below 2**48 its two roundings stay within 2**-3 of the true one, which is our n.
define internal { double, double, i1 } @lh.divmod.f64(double %x, double %y, i1 %fma) alwaysinline nounwind {
entry:
  %leave = fcmp oeq double %y, 0.0
  br i1 %fma, label %try, label %slow
try:
  %a = call double @llvm.fabs.f64(double %x)
  %b = call double @llvm.fabs.f64(double %y)
  %q = fdiv double %a, %b
  %q.ok = fcmp olt double %q, 0x42F0000000000000
  %b.ok = fcmp olt double %b, 0x7FF0000000000000
  %ok = and i1 %q.ok, %b.ok
  br i1 %ok, label %fast, label %slow
fast:
  %i = fptosi double %q to i64
  %n = sitofp i64 %i to double
  %m = fneg double %n
  %r = call double @llvm.fma.f64(double %m, double %b, double %a)
  %over = fcmp olt double %r, 0.0
  %r.back = fadd double %r, %b
  %n.back = fsub double %n, 1.0
  %rest = select i1 %over, double %r.back, double %r
  %whole = select i1 %over, double %n.back, double %n
  %x.bits = bitcast double %x to i64
  %y.bits = bitcast double %y to i64
  %s.bits = xor i64 %x.bits, %y.bits
  %s = bitcast i64 %s.bits to double
  %whole.signed = call double @llvm.copysign.f64(double %whole, double %s)
  %rest.signed = call double @llvm.copysign.f64(double %rest, double %x)
  %apart = icmp slt i64 %s.bits, 0
  %some = fcmp une double %rest, 0.0
  %moved = and i1 %apart, %some
  %whole.less = fsub double %whole.signed, 1.0
  %div.fast = select i1 %moved, double %whole.less, double %whole.signed
  %mod.fast = call double @lh.modulo.sign(double %rest.signed, double %y)
  br label %done
slow:
  %div.slow = call double @lh_floordiv_f64(double %x, double %y)
  %mod.slow = call double @lh_mod_f64(double %x, double %y)
  br label %done
done:
  %div = phi double [ %div.fast, %fast ], [ %div.slow, %slow ]
  %mod = phi double [ %mod.fast, %fast ], [ %mod.slow, %slow ]
  %out.0 = insertvalue { double, double, i1 } poison, double %div, 0
  %out.1 = insertvalue { double, double, i1 } %out.0, double %mod, 1
  %out = insertvalue { double, double, i1 } %out.1, i1 %leave, 2
  ret { double, double, i1 } %out
}

; x // y
define internal { double, i1 } @lh.floordiv.f64(double %x, double %y, i1 %fma) alwaysinline nounwind {
  %both = call { double, double, i1 } @lh.divmod.f64(double %x, double %y, i1 %fma)
  %q = extractvalue { double, double, i1 } %both, 0
  %leave = extractvalue { double, double, i1 } %both, 2
  %out.0 = insertvalue { double, i1 } poison, double %q, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; ---- powers

define internal i1 @lh.finite(double %x) alwaysinline nounwind {
  %a = call double @llvm.fabs.f64(double %x)
  %f = fcmp olt double %a, 0x7FF0000000000000
  ret i1 %f
}

; an infinity or a NaN out of finite numbers: an error, or a complex result
define internal i1 @lh.pow.leave(double %r, double %x, double %y) alwaysinline nounwind {
  %r.ok = call i1 @lh.finite(double %r)
  %x.ok = call i1 @lh.finite(double %x)
  %y.ok = call i1 @lh.finite(double %y)
  %in = and i1 %x.ok, %y.ok
  %bad = xor i1 %r.ok, true
  %leave = and i1 %bad, %in
  ret i1 %leave
}

; x ** y
define internal { double, i1 } @lh.pow.f64(double %x, double %y) alwaysinline nounwind {
entry:
  %x.pos = fcmp ogt double %x, 0.0
  %x.fin = fcmp olt double %x, 0x7FF0000000000000
  %y.fin = call i1 @lh.finite(double %y)
  %one = fcmp one double %x, 1.0
  %y.some = fcmp one double %y, 0.0
  %c1 = and i1 %x.pos, %x.fin
  %c2 = and i1 %y.fin, %one
  %c3 = and i1 %c1, %c2
  %plain = and i1 %c3, %y.some
  br i1 %plain, label %fast, label %slow
fast:
  %p.fast = call double @lh_libm_pow(double %x, double %y)
  br label %done
slow:
  %p.slow = call double @lh_pow_f64(double %x, double %y)
  br label %done
done:
  %p = phi double [ %p.fast, %fast ], [ %p.slow, %slow ]
  %leave = call i1 @lh.pow.leave(double %p, double %x, double %y)
  %out.0 = insertvalue { double, i1 } poison, double %p, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; The powers below are those of x with 2**low <= |x| < 2**-low, so that results stay between 2**-128 and 2**128.
define internal i1 @lh.pow.middling(double %x, i64 %low) alwaysinline nounwind {
  %bits = bitcast double %x to i64
  %twice = shl i64 %bits, 1
  %least.0 = add i64 %low, 1023
  %least = shl i64 %least.0, 53
  %off = sub i64 %twice, %least
  %below.0 = mul i64 %low, -2
  %below = shl i64 %below.0, 53
  %in = icmp ult i64 %off, %below
  ret i1 %in
}

; Is r + e, with r the double that is nearest to it, the exact value of a small power, so clear of the middle between two
; doubles that every pow whose error is below 0.5153 ulp gives r? So it is within 0.4847 ulp of r: the next double is then
; over 0.5153 ulp away. Below a power of two the spacing halves; but what of these powers rounds to 2**k is 2**k itself,
; which `exact::power::small_powers_hold` has tried, or lies above it, by 0.139 to 0.463 ulp, clear of both its neighbours
; (x ** 3 and x ** 1.5 of x = 0x1.428a2f98d728bp+0, x ** 1.5 of 0x1.965fea53d6e3dp+0, x ** -0.5 of 0x1.fffffffffffffp+0,
; and these times powers of two), or by 0.5, which is refused. The square root of 0x1.fffffffffffffp+1 is the one that
; lies below, in the middle: see there.
; Compared as bits: 0.4847 * 2**-52 times the power of two of r is an addition to the exponent of that.
define internal i1 @lh.pow.clear(double %r, double %e) alwaysinline nounwind {
  %r.bits = bitcast double %r to i64
  %r.twice = shl i64 %r.bits, 1
  %E = and i64 %r.twice, -9007199254740992
  %bound = add i64 %E, -477932801095662724
  %e.bits = bitcast double %e to i64
  %e.twice = shl i64 %e.bits, 1
  %clear = icmp ult i64 %e.twice, %bound
  ret i1 %clear
}

; {r, sure}: r is h + l rounded, and what pow gives
define internal { double, i1 } @lh.pow.sure(double %h, double %l) alwaysinline nounwind {
  %r = fadd double %h, %l
  %d = fsub double %h, %r
  %e = fadd double %d, %l
  %sure = call i1 @lh.pow.clear(double %r, double %e)
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %sure, 1
  ret { double, i1 } %out
}

; a * b as a sum of two doubles, high and low
define internal { double, double } @lh.dd.product(double %a, double %b, i1 %fma) alwaysinline nounwind {
  %p = fmul double %a, %b
  %e = call double @lh.product.error(double %a, double %b, double %p, i1 %fma)
  %out.0 = insertvalue { double, double } poison, double %p, 0
  %out = insertvalue { double, double } %out.0, double %e, 1
  ret { double, double } %out
}

; (x.h + x.l) * b, but for 2**-104 or so of it
define internal { double, double } @lh.dd.scale({ double, double } %x, double %b, i1 %fma) alwaysinline nounwind {
  %x.h = extractvalue { double, double } %x, 0
  %x.l = extractvalue { double, double } %x, 1
  %p = fmul double %x.h, %b
  %e = call double @lh.product.error(double %x.h, double %b, double %p, i1 %fma)
  %c = fmul double %x.l, %b
  %l = fadd double %e, %c
  %out.0 = insertvalue { double, double } poison, double %p, 0
  %out = insertvalue { double, double } %out.0, double %l, 1
  ret { double, double } %out
}

; (x.h + x.l) squared, likewise
define internal { double, double } @lh.dd.square({ double, double } %x, i1 %fma) alwaysinline nounwind {
  %x.h = extractvalue { double, double } %x, 0
  %x.l = extractvalue { double, double } %x, 1
  %p = fmul double %x.h, %x.h
  %e = call double @lh.product.error(double %x.h, double %x.h, double %p, i1 %fma)
  %t = fadd double %x.h, %x.h
  %c = fmul double %t, %x.l
  %l = fadd double %e, %c
  %out.0 = insertvalue { double, double } poison, double %p, 0
  %out = insertvalue { double, double } %out.0, double %l, 1
  ret { double, double } %out
}

; 1 / (x.h + x.l), likewise
define internal { double, double } @lh.dd.inverse({ double, double } %x, i1 %fma) alwaysinline nounwind {
  %x.h = extractvalue { double, double } %x, 0
  %x.l = extractvalue { double, double } %x, 1
  %r = fdiv double 1.0, %x.h
  %d.0 = call double @lh.residual(double 1.0, double %r, double %x.h, i1 %fma)
  %d.1 = fmul double %r, %x.l
  %d = fsub double %d.0, %d.1
  %l = fmul double %d, %r
  %out.0 = insertvalue { double, double } poison, double %r, 0
  %out = insertvalue { double, double } %out.0, double %l, 1
  ret { double, double } %out
}

; the square root of x, likewise
define internal { double, double } @lh.dd.sqrt(double %x, i1 %fma) alwaysinline nounwind {
  %s = call double @llvm.sqrt.f64(double %x)
  %d = call double @lh.residual(double %x, double %s, double %s, i1 %fma)
  %t = fadd double %s, %s
  %l = fdiv double %d, %t
  %out.0 = insertvalue { double, double } poison, double %s, 0
  %out = insertvalue { double, double } %out.0, double %l, 1
  ret { double, double } %out
}

; {x ** 2.0, sure}, without a call
define internal { double, i1 } @lh.pow2.try(double %x, i1 %fma) alwaysinline nounwind {
  %r = fmul double %x, %x
  %e = call double @lh.product.error(double %x, double %x, double %r, i1 %fma)
  %sure = call i1 @lh.pow.clear(double %r, double %e)
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %sure, 1
  ret { double, i1 } %out
}

; x ** 2.0
define internal { double, i1 } @lh.pow2.f64(double %x, i1 %fma) alwaysinline nounwind {
entry:
  %in = call i1 @lh.pow.middling(double %x, i64 -63)
  br i1 %in, label %try, label %far, !prof !3
try:
  %t = call { double, i1 } @lh.pow2.try(double %x, i1 %fma)
  %v = extractvalue { double, i1 } %t, 0
  %sure = extractvalue { double, i1 } %t, 1
  br i1 %sure, label %done, label %close, !prof !3
close:
  %x.abs = call double @llvm.fabs.f64(double %x)
  %m = call double @lh_libm_pow(double %x.abs, double 0x4000000000000000)
  br label %done
far:
  %q = call double @lh_pow_f64(double %x, double 0x4000000000000000)
  %bad = call i1 @lh.pow.leave(double %q, double %x, double 0.0)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %m, %close ], [ %q, %far ]
  %leave = phi i1 [ false, %try ], [ false, %close ], [ %bad, %far ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; {x ** 3.0, sure}, without a call
define internal { double, i1 } @lh.pow3.try(double %x, i1 %fma) alwaysinline nounwind {
  %v2 = call { double, double } @lh.dd.product(double %x, double %x, i1 %fma)
  %v = call { double, double } @lh.dd.scale({ double, double } %v2, double %x, i1 %fma)
  %v.h = extractvalue { double, double } %v, 0
  %v.l = extractvalue { double, double } %v, 1
  %out = call { double, i1 } @lh.pow.sure(double %v.h, double %v.l)
  ret { double, i1 } %out
}

; x ** 3.0
define internal { double, i1 } @lh.pow3.f64(double %x, i1 %fma) alwaysinline nounwind {
entry:
  %in = call i1 @lh.pow.middling(double %x, i64 -42)
  br i1 %in, label %try, label %far, !prof !3
try:
  %t = call { double, i1 } @lh.pow3.try(double %x, i1 %fma)
  %v = extractvalue { double, i1 } %t, 0
  %sure = extractvalue { double, i1 } %t, 1
  br i1 %sure, label %done, label %close, !prof !3
close:
  %x.abs = call double @llvm.fabs.f64(double %x)
  %m = call double @lh_libm_pow(double %x.abs, double 0x4008000000000000)
  %p = call double @llvm.copysign.f64(double %m, double %x)
  br label %done
far:
  %q = call double @lh_pow_f64(double %x, double 0x4008000000000000)
  %bad = call i1 @lh.pow.leave(double %q, double %x, double 0.0)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %p, %close ], [ %q, %far ]
  %leave = phi i1 [ false, %try ], [ false, %close ], [ %bad, %far ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; {x ** 4.0, sure}, without a call
define internal { double, i1 } @lh.pow4.try(double %x, i1 %fma) alwaysinline nounwind {
  %v2 = call { double, double } @lh.dd.product(double %x, double %x, i1 %fma)
  %v = call { double, double } @lh.dd.square({ double, double } %v2, i1 %fma)
  %v.h = extractvalue { double, double } %v, 0
  %v.l = extractvalue { double, double } %v, 1
  %out = call { double, i1 } @lh.pow.sure(double %v.h, double %v.l)
  ret { double, i1 } %out
}

; x ** 4.0
define internal { double, i1 } @lh.pow4.f64(double %x, i1 %fma) alwaysinline nounwind {
entry:
  %in = call i1 @lh.pow.middling(double %x, i64 -31)
  br i1 %in, label %try, label %far, !prof !3
try:
  %t = call { double, i1 } @lh.pow4.try(double %x, i1 %fma)
  %v = extractvalue { double, i1 } %t, 0
  %sure = extractvalue { double, i1 } %t, 1
  br i1 %sure, label %done, label %close, !prof !3
close:
  %x.abs = call double @llvm.fabs.f64(double %x)
  %m = call double @lh_libm_pow(double %x.abs, double 0x4010000000000000)
  br label %done
far:
  %q = call double @lh_pow_f64(double %x, double 0x4010000000000000)
  %bad = call i1 @lh.pow.leave(double %q, double %x, double 0.0)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %m, %close ], [ %q, %far ]
  %leave = phi i1 [ false, %try ], [ false, %close ], [ %bad, %far ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; {x ** 5.0, sure}, without a call
define internal { double, i1 } @lh.pow5.try(double %x, i1 %fma) alwaysinline nounwind {
  %v2 = call { double, double } @lh.dd.product(double %x, double %x, i1 %fma)
  %v4 = call { double, double } @lh.dd.square({ double, double } %v2, i1 %fma)
  %v = call { double, double } @lh.dd.scale({ double, double } %v4, double %x, i1 %fma)
  %v.h = extractvalue { double, double } %v, 0
  %v.l = extractvalue { double, double } %v, 1
  %out = call { double, i1 } @lh.pow.sure(double %v.h, double %v.l)
  ret { double, i1 } %out
}

; x ** 5.0
define internal { double, i1 } @lh.pow5.f64(double %x, i1 %fma) alwaysinline nounwind {
entry:
  %in = call i1 @lh.pow.middling(double %x, i64 -25)
  br i1 %in, label %try, label %far, !prof !3
try:
  %t = call { double, i1 } @lh.pow5.try(double %x, i1 %fma)
  %v = extractvalue { double, i1 } %t, 0
  %sure = extractvalue { double, i1 } %t, 1
  br i1 %sure, label %done, label %close, !prof !3
close:
  %x.abs = call double @llvm.fabs.f64(double %x)
  %m = call double @lh_libm_pow(double %x.abs, double 0x4014000000000000)
  %p = call double @llvm.copysign.f64(double %m, double %x)
  br label %done
far:
  %q = call double @lh_pow_f64(double %x, double 0x4014000000000000)
  %bad = call i1 @lh.pow.leave(double %q, double %x, double 0.0)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %p, %close ], [ %q, %far ]
  %leave = phi i1 [ false, %try ], [ false, %close ], [ %bad, %far ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; {x ** 6.0, sure}, without a call
define internal { double, i1 } @lh.pow6.try(double %x, i1 %fma) alwaysinline nounwind {
  %v2 = call { double, double } @lh.dd.product(double %x, double %x, i1 %fma)
  %v3 = call { double, double } @lh.dd.scale({ double, double } %v2, double %x, i1 %fma)
  %v = call { double, double } @lh.dd.square({ double, double } %v3, i1 %fma)
  %v.h = extractvalue { double, double } %v, 0
  %v.l = extractvalue { double, double } %v, 1
  %out = call { double, i1 } @lh.pow.sure(double %v.h, double %v.l)
  ret { double, i1 } %out
}

; x ** 6.0
define internal { double, i1 } @lh.pow6.f64(double %x, i1 %fma) alwaysinline nounwind {
entry:
  %in = call i1 @lh.pow.middling(double %x, i64 -21)
  br i1 %in, label %try, label %far, !prof !3
try:
  %t = call { double, i1 } @lh.pow6.try(double %x, i1 %fma)
  %v = extractvalue { double, i1 } %t, 0
  %sure = extractvalue { double, i1 } %t, 1
  br i1 %sure, label %done, label %close, !prof !3
close:
  %x.abs = call double @llvm.fabs.f64(double %x)
  %m = call double @lh_libm_pow(double %x.abs, double 0x4018000000000000)
  br label %done
far:
  %q = call double @lh_pow_f64(double %x, double 0x4018000000000000)
  %bad = call i1 @lh.pow.leave(double %q, double %x, double 0.0)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %m, %close ], [ %q, %far ]
  %leave = phi i1 [ false, %try ], [ false, %close ], [ %bad, %far ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; {x ** -1.0, sure}, without a call
define internal { double, i1 } @lh.pow_1.try(double %x, i1 %fma) alwaysinline nounwind {
  %x.0 = insertvalue { double, double } poison, double %x, 0
  %x.1 = insertvalue { double, double } %x.0, double 0.0, 1
  %v = call { double, double } @lh.dd.inverse({ double, double } %x.1, i1 %fma)
  %v.h = extractvalue { double, double } %v, 0
  %v.l = extractvalue { double, double } %v, 1
  %out = call { double, i1 } @lh.pow.sure(double %v.h, double %v.l)
  ret { double, i1 } %out
}

; x ** -1.0
define internal { double, i1 } @lh.pow_1.f64(double %x, i1 %fma) alwaysinline nounwind {
entry:
  %in = call i1 @lh.pow.middling(double %x, i64 -127)
  br i1 %in, label %try, label %far, !prof !3
try:
  %t = call { double, i1 } @lh.pow_1.try(double %x, i1 %fma)
  %v = extractvalue { double, i1 } %t, 0
  %sure = extractvalue { double, i1 } %t, 1
  br i1 %sure, label %done, label %close, !prof !3
close:
  %x.abs = call double @llvm.fabs.f64(double %x)
  %m = call double @lh_libm_pow(double %x.abs, double 0xBFF0000000000000)
  %p = call double @llvm.copysign.f64(double %m, double %x)
  br label %done
far:
  %q = call double @lh_pow_f64(double %x, double 0xBFF0000000000000)
  %bad = call i1 @lh.pow.leave(double %q, double %x, double 0.0)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %p, %close ], [ %q, %far ]
  %leave = phi i1 [ false, %try ], [ false, %close ], [ %bad, %far ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; {x ** -2.0, sure}, without a call
define internal { double, i1 } @lh.pow_2.try(double %x, i1 %fma) alwaysinline nounwind {
  %v2 = call { double, double } @lh.dd.product(double %x, double %x, i1 %fma)
  %v = call { double, double } @lh.dd.inverse({ double, double } %v2, i1 %fma)
  %v.h = extractvalue { double, double } %v, 0
  %v.l = extractvalue { double, double } %v, 1
  %out = call { double, i1 } @lh.pow.sure(double %v.h, double %v.l)
  ret { double, i1 } %out
}

; x ** -2.0
define internal { double, i1 } @lh.pow_2.f64(double %x, i1 %fma) alwaysinline nounwind {
entry:
  %in = call i1 @lh.pow.middling(double %x, i64 -63)
  br i1 %in, label %try, label %far, !prof !3
try:
  %t = call { double, i1 } @lh.pow_2.try(double %x, i1 %fma)
  %v = extractvalue { double, i1 } %t, 0
  %sure = extractvalue { double, i1 } %t, 1
  br i1 %sure, label %done, label %close, !prof !3
close:
  %x.abs = call double @llvm.fabs.f64(double %x)
  %m = call double @lh_libm_pow(double %x.abs, double 0xC000000000000000)
  br label %done
far:
  %q = call double @lh_pow_f64(double %x, double 0xC000000000000000)
  %bad = call i1 @lh.pow.leave(double %q, double %x, double 0.0)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %m, %close ], [ %q, %far ]
  %leave = phi i1 [ false, %try ], [ false, %close ], [ %bad, %far ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; {x ** 0.5, sure}, without a call; of the results that are powers of two only the exact ones
define internal { double, i1 } @lh.pow_half.try(double %x, i1 %fma) alwaysinline nounwind {
  %v = call { double, double } @lh.dd.sqrt(double %x, i1 %fma)
  %v.h = extractvalue { double, double } %v, 0
  %v.l = extractvalue { double, double } %v, 1
  %t = call { double, i1 } @lh.pow.sure(double %v.h, double %v.l)
  %r = extractvalue { double, i1 } %t, 0
  %clear = extractvalue { double, i1 } %t, 1
  %bits = bitcast double %r to i64
  %frac = and i64 %bits, 4503599627370495
  %inner = icmp ne i64 %frac, 0
  %exact = fcmp oeq double %v.l, 0.0
  %kept = or i1 %inner, %exact
  %sure = and i1 %clear, %kept
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %sure, 1
  ret { double, i1 } %out
}

; x ** 0.5
define internal { double, i1 } @lh.pow_half.f64(double %x, i1 %fma) alwaysinline nounwind {
entry:
  %middling = call i1 @lh.pow.middling(double %x, i64 -127)
  %positive = fcmp ogt double %x, 0.0
  %in = and i1 %middling, %positive
  br i1 %in, label %try, label %far, !prof !3
try:
  %t = call { double, i1 } @lh.pow_half.try(double %x, i1 %fma)
  %v = extractvalue { double, i1 } %t, 0
  %sure = extractvalue { double, i1 } %t, 1
  br i1 %sure, label %done, label %close, !prof !3
close:
  %m = call double @lh_libm_pow(double %x, double 0x3FE0000000000000)
  br label %done
far:
  %q = call double @lh_pow_f64(double %x, double 0x3FE0000000000000)
  %bad = call i1 @lh.pow.leave(double %q, double %x, double 0.0)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %m, %close ], [ %q, %far ]
  %leave = phi i1 [ false, %try ], [ false, %close ], [ %bad, %far ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; {x ** -0.5, sure}, without a call
define internal { double, i1 } @lh.pow_mhalf.try(double %x, i1 %fma) alwaysinline nounwind {
  %root = call { double, double } @lh.dd.sqrt(double %x, i1 %fma)
  %v = call { double, double } @lh.dd.inverse({ double, double } %root, i1 %fma)
  %v.h = extractvalue { double, double } %v, 0
  %v.l = extractvalue { double, double } %v, 1
  %out = call { double, i1 } @lh.pow.sure(double %v.h, double %v.l)
  ret { double, i1 } %out
}

; x ** -0.5
define internal { double, i1 } @lh.pow_mhalf.f64(double %x, i1 %fma) alwaysinline nounwind {
entry:
  %middling = call i1 @lh.pow.middling(double %x, i64 -127)
  %positive = fcmp ogt double %x, 0.0
  %in = and i1 %middling, %positive
  br i1 %in, label %try, label %far, !prof !3
try:
  %t = call { double, i1 } @lh.pow_mhalf.try(double %x, i1 %fma)
  %v = extractvalue { double, i1 } %t, 0
  %sure = extractvalue { double, i1 } %t, 1
  br i1 %sure, label %done, label %close, !prof !3
close:
  %m = call double @lh_libm_pow(double %x, double 0xBFE0000000000000)
  br label %done
far:
  %q = call double @lh_pow_f64(double %x, double 0xBFE0000000000000)
  %bad = call i1 @lh.pow.leave(double %q, double %x, double 0.0)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %m, %close ], [ %q, %far ]
  %leave = phi i1 [ false, %try ], [ false, %close ], [ %bad, %far ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; {x ** 1.5, sure}, without a call
define internal { double, i1 } @lh.pow_3half.try(double %x, i1 %fma) alwaysinline nounwind {
  %root = call { double, double } @lh.dd.sqrt(double %x, i1 %fma)
  %v = call { double, double } @lh.dd.scale({ double, double } %root, double %x, i1 %fma)
  %v.h = extractvalue { double, double } %v, 0
  %v.l = extractvalue { double, double } %v, 1
  %out = call { double, i1 } @lh.pow.sure(double %v.h, double %v.l)
  ret { double, i1 } %out
}

; x ** 1.5
define internal { double, i1 } @lh.pow_3half.f64(double %x, i1 %fma) alwaysinline nounwind {
entry:
  %middling = call i1 @lh.pow.middling(double %x, i64 -84)
  %positive = fcmp ogt double %x, 0.0
  %in = and i1 %middling, %positive
  br i1 %in, label %try, label %far, !prof !3
try:
  %t = call { double, i1 } @lh.pow_3half.try(double %x, i1 %fma)
  %v = extractvalue { double, i1 } %t, 0
  %sure = extractvalue { double, i1 } %t, 1
  br i1 %sure, label %done, label %close, !prof !3
close:
  %m = call double @lh_libm_pow(double %x, double 0x3FF8000000000000)
  br label %done
far:
  %q = call double @lh_pow_f64(double %x, double 0x3FF8000000000000)
  %bad = call i1 @lh.pow.leave(double %q, double %x, double 0.0)
  br label %done
done:
  %r = phi double [ %v, %try ], [ %m, %close ], [ %q, %far ]
  %leave = phi i1 [ false, %try ], [ false, %close ], [ %bad, %far ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; ---- round

; round(x, n), for 0 <= n <= 22 with ten_n = 10.0 ** n, which is exact. The product's rounding cannot carry it over a half
; unless it lands on one, and there its error term tells; then a whole number below 2**53 over 10**n is rounded once, as
; CPython's strtod does.
define internal { double, i1 } @lh.round.f64(double %x, double %ten_n, i64 %n, i1 %fma) alwaysinline nounwind {
entry:
  %p = fmul double %x, %ten_n
  %a = call double @llvm.fabs.f64(double %p)
  %small = fcmp olt double %a, 0x4330000000000000
  br i1 %small, label %fast, label %slow
fast:
  %even = call double @lh.half_even.f64(double %p)
  %d = fsub double %p, %even
  %d.abs = call double @llvm.fabs.f64(double %d)
  %half = fcmp oeq double %d.abs, 0x3FE0000000000000
  %e = call double @lh.product.error(double %x, double %ten_n, double %p, i1 %fma)
  %e.up = fcmp ogt double %e, 0.0
  %e.down = fcmp olt double %e, 0.0
  %above = fadd double %p, 0x3FE0000000000000
  %below = fsub double %p, 0x3FE0000000000000
  %t1 = select i1 %e.down, double %below, double %even
  %t2 = select i1 %e.up, double %above, double %t1
  %m = select i1 %half, double %t2, double %even
  %q = fdiv double %m, %ten_n
  %r.fast = call double @llvm.copysign.f64(double %q, double %x)
  br label %done
slow:
  %r.slow = call double @lh_round_f64(double %x, i64 %n)
  %r.fin = call i1 @lh.finite(double %r.slow)
  %x.fin = call i1 @lh.finite(double %x)
  %bad = xor i1 %r.fin, true
  %leave.slow = and i1 %bad, %x.fin
  br label %done
done:
  %r = phi double [ %r.fast, %fast ], [ %r.slow, %slow ]
  %leave = phi i1 [ false, %fast ], [ %leave.slow, %slow ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; round(x, n), any n
define internal { double, i1 } @lh.round.any.f64(double %x, i64 %n) alwaysinline nounwind {
  %r = call double @lh_round_f64(double %x, i64 %n)
  %r.fin = call i1 @lh.finite(double %r)
  %x.fin = call i1 @lh.finite(double %x)
  %bad = xor i1 %r.fin, true
  %leave = and i1 %bad, %x.fin
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; ---- sum

; one float of Python 3.12's sum: {sum, lost}, from {0.0, 0.0}
define internal { double, double } @lh.sum.step(double %sum, double %lost, double %x) alwaysinline nounwind {
  %t = fadd double %sum, %x
  %s.abs = call double @llvm.fabs.f64(double %sum)
  %x.abs = call double @llvm.fabs.f64(double %x)
  %big = fcmp oge double %s.abs, %x.abs
  %hi = select i1 %big, double %sum, double %x
  %lo = select i1 %big, double %x, double %sum
  %d = fsub double %hi, %t
  %e = fadd double %d, %lo
  %c = fadd double %lost, %e
  %out.0 = insertvalue { double, double } poison, double %t, 0
  %out = insertvalue { double, double } %out.0, double %c, 1
  ret { double, double } %out
}

; its end
define internal double @lh.sum.finish(double %sum, double %lost) alwaysinline nounwind {
  %some = fcmp une double %lost, 0.0
  %fin = call i1 @lh.finite(double %lost)
  %use = and i1 %some, %fin
  %t = fadd double %sum, %lost
  %r = select i1 %use, double %t, double %sum
  ret double %r
}

; math.fsum of doubles in memory
define internal { double, i1 } @lh.math.fsum(ptr %values, i64 %count) alwaysinline nounwind {
  %r = call double @lh_math_fsum(ptr %values, i64 %count)
  %leave = fcmp uno double %r, %r
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; ---- math

; CPython's math_1: a NaN from a number, or an infinity from a finite number, is an error
define internal { double, i1 } @lh.math.check1(double %r, double %x) alwaysinline nounwind {
entry:
  %fine = call i1 @lh.finite(double %r)
  br i1 %fine, label %done, label %odd, !prof !3
odd:
  %r.nan = fcmp uno double %r, 0.0
  %x.num = fcmp ord double %x, 0.0
  %domain = and i1 %r.nan, %x.num
  %r.inf = fcmp ord double %r, 0.0
  %x.fin = call i1 @lh.finite(double %x)
  %range = and i1 %r.inf, %x.fin
  %bad = or i1 %domain, %range
  br label %done
done:
  %leave = phi i1 [ false, %entry ], [ %bad, %odd ]
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; a NaN from two numbers
define internal i1 @lh.math.invalid2(double %r, double %x, double %y) alwaysinline nounwind {
  %r.nan = fcmp uno double %r, %r
  %num = fcmp ord double %x, %y
  %leave = and i1 %r.nan, %num
  ret i1 %leave
}

define internal { double, i1 } @lh.math.acos(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_acos(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.acosh(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_acosh(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.asin(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_asin(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.asinh(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_asinh(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.atan(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_atan(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.atanh(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_atanh(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.cbrt(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_cbrt(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.cos(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_cos(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.cosh(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_cosh(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.erf(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_erf(double %x)
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 false, 1
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.erfc(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_erfc(double %x)
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 false, 1
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.exp(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_exp(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.exp2(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_exp2(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.expm1(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_expm1(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.log(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_log(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.log10(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_log10(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.log1p(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_log1p(double %x)
  %zero = fcmp oeq double %x, 0.0
  %v = select i1 %zero, double %x, double %r
  %out = call { double, i1 } @lh.math.check1(double %v, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.log2(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_log2(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.sin(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_sin(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.sinh(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_sinh(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.tan(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_tan(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.tanh(double %x) alwaysinline nounwind {
  %r = call double @lh_libm_tanh(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.sqrt(double %x) alwaysinline nounwind {
  %r = call double @llvm.sqrt.f64(double %x)
  %out = call { double, i1 } @lh.math.check1(double %r, double %x)
  ret { double, i1 } %out
}

; math.log(x, base)
define internal { double, i1 } @lh.math.log.base(double %x, double %base) alwaysinline nounwind {
  %n = call { double, i1 } @lh.math.log(double %x)
  %d = call { double, i1 } @lh.math.log(double %base)
  %n.v = extractvalue { double, i1 } %n, 0
  %n.l = extractvalue { double, i1 } %n, 1
  %d.v = extractvalue { double, i1 } %d, 0
  %d.l = extractvalue { double, i1 } %d, 1
  %zero = fcmp oeq double %d.v, 0.0
  %l.0 = or i1 %n.l, %d.l
  %leave = or i1 %l.0, %zero
  %q = fdiv double %n.v, %d.v
  %out.0 = insertvalue { double, i1 } poison, double %q, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

define internal double @lh.math.fabs(double %x) alwaysinline nounwind {
  %r = call double @llvm.fabs.f64(double %x)
  ret double %r
}

define internal double @lh.math.copysign(double %x, double %y) alwaysinline nounwind {
  %r = call double @llvm.copysign.f64(double %x, double %y)
  ret double %r
}

define internal double @lh.math.atan2(double %y, double %x) alwaysinline nounwind {
  %r = call double @lh_libm_atan2(double %y, double %x)
  ret double %r
}

define internal double @lh.math.nextafter(double %x, double %y) alwaysinline nounwind {
  %r = call double @lh_libm_nextafter(double %x, double %y)
  ret double %r
}

define internal { double, i1 } @lh.math.fmod(double %x, double %y, i1 %fma) alwaysinline nounwind {
  %y.abs = call double @llvm.fabs.f64(double %y)
  %y.inf = fcmp oeq double %y.abs, 0x7FF0000000000000
  %x.fin = call i1 @lh.finite(double %x)
  %same = and i1 %y.inf, %x.fin
  %m = call double @lh.fmod.f64(double %x, double %y, i1 %fma)
  %r = select i1 %same, double %x, double %m
  %leave = call i1 @lh.math.invalid2(double %r, double %x, double %y)
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.remainder(double %x, double %y) alwaysinline nounwind {
  %r = call double @lh_math_remainder(double %x, double %y)
  %leave = call i1 @lh.math.invalid2(double %r, double %x, double %y)
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.pow(double %x, double %y) alwaysinline nounwind {
entry:
  %x.fin = call i1 @lh.finite(double %x)
  %y.fin = call i1 @lh.finite(double %y)
  %fin = and i1 %x.fin, %y.fin
  br i1 %fin, label %fast, label %slow
fast:
  %p.fast = call double @lh_libm_pow(double %x, double %y)
  br label %done
slow:
  %p.slow = call double @lh_math_pow(double %x, double %y)
  br label %done
done:
  %p = phi double [ %p.fast, %fast ], [ %p.slow, %slow ]
  %leave = call i1 @lh.pow.leave(double %p, double %x, double %y)
  %out.0 = insertvalue { double, i1 } poison, double %p, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

define internal { double, i1 } @lh.math.ldexp(double %x, i64 %n) alwaysinline nounwind {
  %r = call double @lh_math_ldexp(double %x, i64 %n)
  %r.fin = call i1 @lh.finite(double %r)
  %x.fin = call i1 @lh.finite(double %x)
  %bad = xor i1 %r.fin, true
  %leave = and i1 %bad, %x.fin
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; {mantissa, exponent}
define internal { double, i64 } @lh.math.frexp(double %x) alwaysinline nounwind {
  %tiny.x = fmul double %x, 0x4350000000000000
  %b0 = bitcast double %x to i64
  %e0 = lshr i64 %b0, 52
  %f0 = and i64 %e0, 2047
  %small = icmp eq i64 %f0, 0
  %y = select i1 %small, double %tiny.x, double %x
  %shift = select i1 %small, i64 1076, i64 1022
  %b = bitcast double %y to i64
  %e1 = lshr i64 %b, 52
  %e = and i64 %e1, 2047
  %keep = and i64 %b, -9218868437227405313
  %half = or i64 %keep, 4602678819172646912
  %m = bitcast i64 %half to double
  %k = sub i64 %e, %shift
  %fin = call i1 @lh.finite(double %x)
  %some = fcmp une double %x, 0.0
  %plain = and i1 %fin, %some
  %m.out = select i1 %plain, double %m, double %x
  %k.out = select i1 %plain, i64 %k, i64 0
  %out.0 = insertvalue { double, i64 } poison, double %m.out, 0
  %out = insertvalue { double, i64 } %out.0, i64 %k.out, 1
  ret { double, i64 } %out
}

; {fraction, whole}
define internal { double, double } @lh.math.modf(double %x) alwaysinline nounwind {
  %a = call double @llvm.fabs.f64(double %x)
  %small = fcmp olt double %a, 0x4330000000000000
  %safe = select i1 %small, double %a, double 0.0
  %i = fptosi double %safe to i64
  %t = sitofp i64 %i to double
  %whole = select i1 %small, double %t, double %a
  %f = fsub double %a, %whole
  %inf = fcmp oeq double %a, 0x7FF0000000000000
  %frac = select i1 %inf, double 0.0, double %f
  %frac.s = call double @llvm.copysign.f64(double %frac, double %x)
  %whole.s = call double @llvm.copysign.f64(double %whole, double %x)
  %out.0 = insertvalue { double, double } poison, double %frac.s, 0
  %out = insertvalue { double, double } %out.0, double %whole.s, 1
  ret { double, double } %out
}

define internal double @lh.math.ulp(double %x) alwaysinline nounwind {
  %a = call double @llvm.fabs.f64(double %x)
  %b = bitcast double %a to i64
  %up = add i64 %b, 1
  %down = sub i64 %b, 1
  %next = bitcast i64 %up to double
  %last = bitcast i64 %down to double
  %above = fsub double %next, %a
  %below = fsub double %a, %last
  %top = icmp eq i64 %b, 9218868437227405311
  %u = select i1 %top, double %below, double %above
  %fin = call i1 @lh.finite(double %x)
  %r = select i1 %fin, double %u, double %a
  ret double %r
}

define internal double @lh.math.degrees(double %x) alwaysinline nounwind {
  %r = fmul double %x, 0x404CA5DC1A63C1F8
  ret double %r
}

define internal double @lh.math.radians(double %x) alwaysinline nounwind {
  %r = fmul double %x, 0x3F91DF46A2529D39
  ret double %r
}

define internal i1 @lh.math.isnan(double %x) alwaysinline nounwind {
  %r = fcmp uno double %x, 0.0
  ret i1 %r
}

define internal i1 @lh.math.isfinite(double %x) alwaysinline nounwind {
  %r = call i1 @lh.finite(double %x)
  ret i1 %r
}

define internal i1 @lh.math.isinf(double %x) alwaysinline nounwind {
  %a = call double @llvm.fabs.f64(double %x)
  %r = fcmp oeq double %a, 0x7FF0000000000000
  ret i1 %r
}

; the defaults are 1e-09 and 0.0; leaves on a negative tolerance
define internal { i1, i1 } @lh.math.isclose(double %a, double %b, double %rel, double %abs) alwaysinline nounwind {
  %rel.neg = fcmp olt double %rel, 0.0
  %abs.neg = fcmp olt double %abs, 0.0
  %leave = or i1 %rel.neg, %abs.neg
  %same = fcmp oeq double %a, %b
  %a.inf = call i1 @lh.math.isinf(double %a)
  %b.inf = call i1 @lh.math.isinf(double %b)
  %inf = or i1 %a.inf, %b.inf
  %d = fsub double %b, %a
  %diff = call double @llvm.fabs.f64(double %d)
  %rb = fmul double %rel, %b
  %ra = fmul double %rel, %a
  %rb.abs = call double @llvm.fabs.f64(double %rb)
  %ra.abs = call double @llvm.fabs.f64(double %ra)
  %c1 = fcmp ole double %diff, %rb.abs
  %c2 = fcmp ole double %diff, %ra.abs
  %c3 = fcmp ole double %diff, %abs
  %c12 = or i1 %c1, %c2
  %c = or i1 %c12, %c3
  %far = xor i1 %inf, true
  %near = and i1 %c, %far
  %r = or i1 %same, %near
  %out.0 = insertvalue { i1, i1 } poison, i1 %r, 0
  %out = insertvalue { i1, i1 } %out.0, i1 %leave, 1
  ret { i1, i1 } %out
}

; math.fma, from Python 3.13
define internal { double, i1 } @lh.math.fma(double %x, double %y, double %z) alwaysinline nounwind {
  %r = call double @lh_libm_fma(double %x, double %y, double %z)
  %r.nan = fcmp uno double %r, %r
  %r.fin = call i1 @lh.finite(double %r)
  %x.fin = call i1 @lh.finite(double %x)
  %y.fin = call i1 @lh.finite(double %y)
  %z.fin = call i1 @lh.finite(double %z)
  %xy.num = fcmp ord double %x, %y
  %z.num = fcmp ord double %z, %z
  %num = and i1 %xy.num, %z.num
  %domain = and i1 %r.nan, %num
  %xy.fin = and i1 %x.fin, %y.fin
  %fin = and i1 %xy.fin, %z.fin
  %bad = xor i1 %r.fin, true
  %range = and i1 %bad, %fin
  %leave = or i1 %domain, %range
  %out.0 = insertvalue { double, i1 } poison, double %r, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

; math.hypot(x, y) for results from 2**-400 to 2**400, else leave. CPython 3.10 to 3.13 each have an algorithm that is good
; to 100 bits before the last rounding: where our double-double is clear of a rounding boundary by 1e-7 ulp, all round
; to it. math.dist of two coordinates is this of the rounded differences.
define internal { double, i1 } @lh.math.hypot(double %x, double %y, i1 %fma) alwaysinline nounwind {
  %x.abs = call double @llvm.fabs.f64(double %x)
  %y.abs = call double @llvm.fabs.f64(double %y)
  %more = fcmp oge double %x.abs, %y.abs
  %a = select i1 %more, double %x.abs, double %y.abs
  %b = select i1 %more, double %y.abs, double %x.abs
  %p = fmul double %a, %a
  %q = fmul double %b, %b
  %p.e = call double @lh.product.error(double %a, double %a, double %p, i1 %fma)
  %q.e = call double @lh.product.error(double %b, double %b, double %q, i1 %fma)
  %s = fadd double %p, %q
  %s.d = fsub double %p, %s
  %s.0 = fadd double %s.d, %q
  %s.1 = fadd double %p.e, %q.e
  %s.e = fadd double %s.0, %s.1
  %h = call double @llvm.sqrt.f64(double %s)
  %d.0 = call double @lh.residual(double %s, double %h, double %h, i1 %fma)
  %d = fadd double %d.0, %s.e
  %h2 = fadd double %h, %h
  %c = fdiv double %d, %h2
  %r = fadd double %h, %c
  %r.d = fsub double %h, %r
  %e = fadd double %r.d, %c
  %bits = bitcast double %r to i64
  %top = lshr i64 %bits, 52
  %k = sub i64 %top, 623
  %in = icmp ult i64 %k, 800
  %E = and i64 %bits, 9218868437227405312
  %scale = bitcast i64 %E to double
  %frac = and i64 %bits, 4503599627370495
  %edge = icmp eq i64 %frac, 0
  %near = select i1 %edge, double 0x3C8FFFFF29406B2A, double 0x3C9FFFFF94A03595
  %bound = fmul double %scale, %near
  %e.abs = call double @llvm.fabs.f64(double %e)
  %close = fcmp olt double %e.abs, %bound
  %sure = and i1 %in, %close
  %b.zero = fcmp oeq double %b, 0.0
  %a.fin = call i1 @lh.finite(double %a)
  %axis = and i1 %b.zero, %a.fin
  %known = or i1 %sure, %axis
  %v = select i1 %axis, double %a, double %r
  %leave = xor i1 %known, true
  %out.0 = insertvalue { double, i1 } poison, double %v, 0
  %out = insertvalue { double, i1 } %out.0, i1 %leave, 1
  ret { double, i1 } %out
}

!3 = !{!"branch_weights", i32 1000, i32 30}
