package main

import (
	"strings"
	"time"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/replay"
)

// filter adds the flags that choose dead letters.
type filter struct {
	codes, prefix string
	older         time.Duration
}

func (o *options) filter() *filter {
	f := new(filter)
	o.StringVar(&f.codes, "code", "", "only messages whose last failure has one of these codes, such as destination_refused,unknown")
	o.DurationVar(&f.older, "older", 0, "only messages that were first sent so long ago, such as 1h")
	o.StringVar(&f.prefix, "prefix", "", "only messages about an object whose key begins with this")
	return f
}

func (f *filter) read() replay.Filter {
	r := replay.Filter{OlderThanSeconds: int64(f.older / time.Second), KeyPrefix: f.prefix}
	for code := range strings.SplitSeq(f.codes, ",") {
		if code = strings.TrimSpace(code); code != "" {
			r.Codes = append(r.Codes, failure.Code(code))
		}
	}
	return r
}

func (f *filter) everything() bool { return *f == filter{} }
