package suite

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/rumline/rumline/tests/bench/load"
	"github.com/rumline/rumline/tests/bench/peers"
	"github.com/rumline/rumline/tests/bench/rig"
	"github.com/rumline/rumline/tests/bench/sink"
)

// Ours is what the functions are called among their peers.
const Ours = "Rumline"

// The peers' names.
const (
	duckDB   = "DuckDB, 1 thread"
	chDB     = "ClickHouse's engine (chDB), 1 thread"
	naiveGo  = "encoding/json + the library's rows"
	nodeJS   = "Node.js"
	noWriter = "gunzip and decode alone"
)

// contender does a job once.
type contender struct {
	name string
	// run returns the seconds of processor time, and the bytes that were written. It makes sure that all events were.
	run func() (seconds float64, bytes int64, err error)
}

// contest is a job and all who do it.
type contest struct {
	job        string
	contenders []contender
}

// ours is the function itself, with all events in one object.
func (s *Suite) ours(r *rig.Rig, encoding load.Encoding) contender {
	return contender{Ours, func() (float64, int64, error) {
		got, err := r.Deliver([][]byte{s.whole[encoding]})
		if err == nil && got.Events != s.Events {
			err = fmt.Errorf("%d of %d events arrived", got.Events, s.Events)
		}
		if got.CPU == 0 {
			got.CPU = got.Wall // where the system does not tell
		}
		return got.CPU.Seconds(), got.Cloud.PutBytes, err
	}}
}

// others starts peers and keeps what has to be ended.
type others struct {
	suite *Suite
	ctx   context.Context //nolint:containedctx // it is the run's: the processes end with it
	self  string
	node  string
	sink  *sink.Sink
	http  *httptest.Server
	alive []*peers.Peer
	n     int
}

// peer is a contender in another process. check counts the rows in what it wrote; nil leaves it with its word for it.
func (o *others) peer(name string, job peers.Job, check func(path string) (int, error), command ...string) (contender, error) {
	p, err := peers.Start(o.ctx, name, o.node, command...)
	if err != nil {
		return contender{}, err
	}
	o.alive = append(o.alive, p)
	o.n++
	if job.Out == "" {
		job.Out = filepath.Join(o.suite.Dir, fmt.Sprintf("peer-%d", o.n))
	}
	return contender{name, func() (float64, int64, error) {
		got, err := p.Run(job)
		if err != nil {
			return 0, 0, err
		}
		rows, bytes := got.Rows, int64(0)
		if check != nil {
			if rows, err = check(job.Out); err != nil {
				return 0, 0, fmt.Errorf("%s: %w", name, err)
			}
		}
		if info, err := os.Stat(job.Out); err == nil {
			bytes = info.Size()
		}
		if rows != o.suite.Events {
			return 0, 0, fmt.Errorf("%s wrote %d of %d events", name, rows, o.suite.Events)
		}
		return got.Seconds(), bytes, nil
	}}, nil
}

func (o *others) close() error {
	var err error
	for _, p := range o.alive {
		if closeErr := p.Close(); err == nil {
			err = closeErr
		}
	}
	if o.http != nil {
		o.http.Close()
	}
	return err
}

func parquetRows(path string) (int, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("read what was written: %w", err)
	}
	return rig.ParquetRows(file)
}

// inserted counts what reached the sink.
func (o *others) inserted(string) (int, error) { return int(o.sink.Take().Rows), nil }
