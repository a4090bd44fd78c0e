; Mirrors and sites, as the extension lays them out (`mirror.rs`):
;
;   mirror   0 list   8 length   16 items: numbers, or mirrors of rows
;   site     0 turns until it is asked   8 how often it was entered since it was asked last   16 turns that the first began with
;
; What kind of memory each access is to says that numbers overlap with nothing else: so what is read of heads moves out of loops.

@lh_mirrors_live = external global i64
@lh_mirrors_ahead = external global i64
declare void @lh_mirror_flush(ptr) nounwind
declare void @lh_mirror_settle_one(ptr) nounwind
declare void @lh_mirror_settle() cold nounwind
declare ptr @lh_mirror_of(ptr, i64) nounwind
declare void @lh_mirror_set_row(ptr, i64, ptr) nounwind

define internal i64 @lh.mirror.length(ptr %mirror) alwaysinline nounwind {
  %at = getelementptr i8, ptr %mirror, i64 8
  %length = load i64, ptr %at, align 8, !tbaa !21, !range !27
  ret i64 %length
}

define internal ptr @lh.mirror.list(ptr %mirror) alwaysinline nounwind {
  %list = load ptr, ptr %mirror, align 8, !tbaa !21
  ret ptr %list
}

define internal ptr @lh.mirror.row(ptr %mirror, i64 %index) alwaysinline nounwind {
  %items.at = getelementptr i8, ptr %mirror, i64 16
  %items = load ptr, ptr %items.at, align 8, !tbaa !21
  %at = getelementptr inbounds ptr, ptr %items, i64 %index
  %row = load ptr, ptr %at, align 8, !tbaa !21
  ret ptr %row
}

define internal double @lh.mirror.f64(ptr %mirror, i64 %index) alwaysinline nounwind {
  %items.at = getelementptr i8, ptr %mirror, i64 16
  %items = load ptr, ptr %items.at, align 8, !tbaa !21
  %at = getelementptr inbounds double, ptr %items, i64 %index
  %value = load double, ptr %at, align 8, !tbaa !23
  ret double %value
}

define internal i64 @lh.mirror.i64(ptr %mirror, i64 %index) alwaysinline nounwind {
  %items.at = getelementptr i8, ptr %mirror, i64 16
  %items = load ptr, ptr %items.at, align 8, !tbaa !21
  %at = getelementptr inbounds i64, ptr %items, i64 %index
  %value = load i64, ptr %at, align 8, !tbaa !25
  ret i64 %value
}

define internal void @lh.mirror.set.f64(ptr %mirror, i64 %index, double %value) alwaysinline nounwind {
  %items.at = getelementptr i8, ptr %mirror, i64 16
  %items = load ptr, ptr %items.at, align 8, !tbaa !21
  %at = getelementptr inbounds double, ptr %items, i64 %index
  store double %value, ptr %at, align 8, !tbaa !23
  ret void
}

define internal void @lh.mirror.set.i64(ptr %mirror, i64 %index, i64 %value) alwaysinline nounwind {
  %items.at = getelementptr i8, ptr %mirror, i64 16
  %items = load ptr, ptr %items.at, align 8, !tbaa !21
  %at = getelementptr inbounds i64, ptr %items, i64 %index
  store i64 %value, ptr %at, align 8, !tbaa !25
  ret void
}

; Where mirrors live the extension has to look first whether these lists are among them.
define internal void @lh.mirror.enter(ptr %site) alwaysinline nounwind {
  %entered.at = getelementptr i8, ptr %site, i64 8
  %entered = load i64, ptr %entered.at, align 8
  %entered.now = add i64 %entered, 1
  store i64 %entered.now, ptr %entered.at, align 8
  %live = load i64, ptr @lh_mirrors_live, align 8
  %are.some = icmp ne i64 %live, 0
  br i1 %are.some, label %ask, label %done
ask:
  %left = load i64, ptr %site, align 8
  %unused = sub i64 %left, 1
  %turns.at = getelementptr i8, ptr %site, i64 16
  %turns = load i64, ptr %turns.at, align 8
  %used = sub i64 %turns, %unused
  store i64 %used, ptr %turns.at, align 8
  store i64 1, ptr %site, align 8
  br label %done
done:
  ret void
}

define internal i1 @lh.mirror.due(ptr %site) alwaysinline nounwind {
  %old = load i64, ptr %site, align 8
  %new = sub i64 %old, 1
  store i64 %new, ptr %site, align 8
  %is.due = icmp slt i64 %new, 1
  ret i1 %is.due
}

define internal void @lh.mirror.flush(ptr %list) alwaysinline nounwind {
  %ahead = load i64, ptr @lh_mirrors_ahead, align 8
  %are.some = icmp ne i64 %ahead, 0
  br i1 %are.some, label %write, label %done, !prof !0
write:
  call void @lh_mirror_flush(ptr %list)
  br label %done
done:
  ret void
}

define internal void @lh.mirror.settle(ptr %list) alwaysinline nounwind {
  %live = load i64, ptr @lh_mirrors_live, align 8
  %are.some = icmp ne i64 %live, 0
  br i1 %are.some, label %write, label %done, !prof !0
write:
  call void @lh_mirror_settle_one(ptr %list)
  br label %done
done:
  ret void
}

define internal void @lh.mirror.settle.all() alwaysinline nounwind {
  %live = load i64, ptr @lh_mirrors_live, align 8
  %are.some = icmp ne i64 %live, 0
  br i1 %are.some, label %write, label %done, !prof !0
write:
  call void @lh_mirror_settle()
  br label %done
done:
  ret void
}

define internal ptr @lh.mirror.of(ptr %list, i64 %leaf) alwaysinline nounwind {
  %live = load i64, ptr @lh_mirrors_live, align 8
  %are.some = icmp ne i64 %live, 0
  br i1 %are.some, label %look, label %none, !prof !0
look:
  %mirror = call ptr @lh_mirror_of(ptr %list, i64 %leaf)
  ret ptr %mirror
none:
  ret ptr null
}

define internal void @lh.mirror.note.f64(ptr %mirror, i64 %index, double %value) alwaysinline nounwind {
  %is.one = icmp ne ptr %mirror, null
  br i1 %is.one, label %set, label %done, !prof !0
set:
  call void @lh.mirror.set.f64(ptr %mirror, i64 %index, double %value)
  br label %done
done:
  ret void
}

define internal void @lh.mirror.note.i64(ptr %mirror, i64 %index, i64 %value) alwaysinline nounwind {
  %is.one = icmp ne ptr %mirror, null
  br i1 %is.one, label %set, label %done, !prof !0
set:
  call void @lh.mirror.set.i64(ptr %mirror, i64 %index, i64 %value)
  br label %done
done:
  ret void
}
