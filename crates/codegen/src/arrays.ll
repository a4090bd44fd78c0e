; NumPy's arrays and scalars, as NumPy 1.22 to 2.x lay them out on 64-bit machines (the ABI that extensions are compiled against):
;
;   array    16 data   24 dimensions (i32)   32 lengths   40 strides, in bytes   56 type of its elements   64 flags (i32)
;   dtype    24 kind   25 character   26 byte order   27 flags   28 number (i32)
;   scalar   16 value
;
; Where its types are the extension knows once the program has brought NumPy along (`numpy.rs`): 0 array, then a scalar of each dtype.
; What kind of memory each access is to says that elements never lie in heads: so what is read of heads moves out of loops.

@lh_numpy_types = external global [4 x ptr]
declare i64 @lh_numpy_minds(i64) cold nounwind
declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)
declare i64 @lh_array_remember(ptr, ptr, i64, i64, i64) nounwind
declare void @lh_array_take_back() cold nounwind
declare i64 @lh_numpy_is_quiet(i64, double, double, double) cold nounwind willreturn memory(read)

define internal i1 @lh.array.is(ptr %array, i32 %dimensions, i64 %dtype) alwaysinline nounwind {
  %dimensions.at = getelementptr i8, ptr %array, i64 24
  %found = load i32, ptr %dimensions.at, align 8, !tbaa !28
  %is.deep = icmp eq i32 %found, %dimensions
  %descr.at = getelementptr i8, ptr %array, i64 56
  %descr = load ptr, ptr %descr.at, align 8, !tbaa !28
  %word.at = getelementptr i8, ptr %descr, i64 24
  %word = load i64, ptr %word.at, align 8, !tbaa !28
  %known = and i64 %word, -4278190081
  %is.dtype = icmp eq i64 %known, %dtype
  %flags.at = getelementptr i8, ptr %array, i64 64
  %flags = load i32, ptr %flags.at, align 8, !tbaa !28
  %aligned = and i32 %flags, 256
  %is.aligned = icmp ne i32 %aligned, 0
  %so.far = and i1 %is.deep, %is.dtype
  %is = and i1 %so.far, %is.aligned
  ret i1 %is
}

; Writable, and without the mark that says to warn of the first write.
define internal i1 @lh.array.is.writable(ptr %array) alwaysinline nounwind {
  %flags.at = getelementptr i8, ptr %array, i64 64
  %flags = load i32, ptr %flags.at, align 8, !tbaa !28
  %marks = and i32 %flags, -2147482624
  %is = icmp eq i32 %marks, 1024
  ret i1 %is
}

; Of the table of lengths, or of that of strides.
define internal i64 @lh.array.along(ptr %array, i64 %table, i64 %axis) alwaysinline nounwind {
  %numbers.at = getelementptr i8, ptr %array, i64 %table
  %numbers = load ptr, ptr %numbers.at, align 8, !tbaa !28
  %at = getelementptr i64, ptr %numbers, i64 %axis
  %number = load i64, ptr %at, align 8, !tbaa !28
  ret i64 %number
}

define internal ptr @lh.array.data(ptr %array) alwaysinline nounwind {
  %data.at = getelementptr i8, ptr %array, i64 16
  %data = load ptr, ptr %data.at, align 8, !tbaa !28
  ret ptr %data
}

; Any byte that is not zero is true.
define internal i1 @lh.array.i1(ptr %at) alwaysinline nounwind {
  %byte = load i8, ptr %at, align 1, !tbaa !30
  %is = icmp ne i8 %byte, 0
  ret i1 %is
}

define internal void @lh.array.set.i1(ptr %at, i1 %value) alwaysinline nounwind {
  %byte = zext i1 %value to i8
  store i8 %byte, ptr %at, align 1, !tbaa !30
  ret void
}

; A sum that is finite rounded, if anything, and of that NumPy says nothing.
define internal i1 @lh.quiet.sum(double %a, double %b, double %sum) alwaysinline nounwind {
  %size = call double @llvm.fabs.f64(double %sum)
  %finite = fcmp olt double %size, 0x7FF0000000000000
  br i1 %finite, label %quiet, label %ask, !prof !1
ask:
  %answer = call i64 @lh_numpy_is_quiet(i64 0, double %a, double %b, double %sum)
  %is = icmp ne i64 %answer, 0
  ret i1 %is
quiet:
  ret i1 true
}

; Neither zero, nor too small for all its bits, nor infinite, nor a NaN.
define internal i1 @lh.is.normal(double %x) alwaysinline nounwind {
  %bits = bitcast double %x to i64
  %size = shl i64 %bits, 1
  %above = sub i64 %size, 9007199254740992
  %is = icmp ult i64 %above, -18014398509481984
  ret i1 %is
}

define internal i1 @lh.quiet.product(double %a, double %b, double %product) alwaysinline nounwind {
  %normal = call i1 @lh.is.normal(double %product)
  br i1 %normal, label %quiet, label %rare, !prof !3
rare:
  %a.zero = fcmp oeq double %a, 0.0
  %b.zero = fcmp oeq double %b, 0.0
  %of.zero = or i1 %a.zero, %b.zero
  %zero = fcmp oeq double %product, 0.0
  %exact = and i1 %of.zero, %zero
  br i1 %exact, label %quiet, label %ask, !prof !1
ask:
  %answer = call i64 @lh_numpy_is_quiet(i64 1, double %a, double %b, double %product)
  %is = icmp ne i64 %answer, 0
  ret i1 %is
quiet:
  ret i1 true
}

define internal i1 @lh.quiet.quotient(double %a, double %b, double %quotient) alwaysinline nounwind {
  %normal = call i1 @lh.is.normal(double %quotient)
  %divides = fcmp one double %b, 0.0
  %common = and i1 %normal, %divides
  br i1 %common, label %quiet, label %rare, !prof !3
rare:
  %a.zero = fcmp oeq double %a, 0.0
  %exact = and i1 %a.zero, %divides
  br i1 %exact, label %quiet, label %ask, !prof !1
ask:
  %answer = call i64 @lh_numpy_is_quiet(i64 2, double %a, double %b, double %quotient)
  %is = icmp ne i64 %answer, 0
  ret i1 %is
quiet:
  ret i1 true
}

; The flags of the floating-point unit are the lowest six bits of its control word; those that NumPy asks for say that an operation was
; invalid (1), divided by zero (4), overflowed (8), underflowed (16). LLVM does not know that arithmetic sets them. What keeps it in between are
; the empty asm, over which no load or store of an element moves, and that each operation begins with a load (or with what is opaque), and ends
; in a store (or is kept).
define internal void @lh.flags.clear() alwaysinline nounwind {
  %word = alloca i32, align 4
  call void @llvm.x86.sse.stmxcsr(ptr %word)
  %old = load i32, ptr %word, align 4
  %new = and i32 %old, -64
  store i32 %new, ptr %word, align 4
  call void @llvm.x86.sse.ldmxcsr(ptr %word)
  call void asm sideeffect "", "~{memory}"()
  ret void
}

define internal i1 @lh.flags.said() alwaysinline nounwind {
  %word = alloca i32, align 4
  call void asm sideeffect "", "~{memory}"()
  call void @llvm.x86.sse.stmxcsr(ptr %word)
  %all = load i32, ptr %word, align 4
  %flags = and i32 %all, 29
  %none = icmp eq i32 %flags, 0
  br i1 %none, label %quiet, label %ask, !prof !1
ask:
  %asked = zext i32 %flags to i64
  %answer = call i64 @lh_numpy_minds(i64 %asked)
  %said = icmp ne i64 %answer, 0
  ret i1 %said
quiet:
  ret i1 false
}

define internal void @lh.keep(double %value) alwaysinline nounwind {
  %place = alloca double, align 8
  store volatile double %value, ptr %place, align 8
  ret void
}

define internal double @lh.opaque(double %value) alwaysinline nounwind {
  %same = call double asm sideeffect "", "=x,0"(double %value)
  ret double %same
}

define internal i1 @lh.array.remember(ptr %first, ptr %second, i64 %turns, i64 %size, i64 %number) alwaysinline nounwind {
  %answer = call i64 @lh_array_remember(ptr %first, ptr %second, i64 %turns, i64 %size, i64 %number)
  %is = icmp ne i64 %answer, 0
  ret i1 %is
}
