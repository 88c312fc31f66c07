package main

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/rumline/rumline/shared/oncall/place"
	"github.com/rumline/rumline/shared/oncall/screen"
)

// confirm asks before something is changed that should be thought over: always, or in prod. Its error says that nobody
// has confirmed.
func (o *options) confirm(p *place.Place, always bool) error {
	if o.yes || !always && !p.Production() {
		return nil
	}
	if !o.desk.terminal {
		return wrongUsage("nothing was done: this wants to be confirmed in %s, and there is no terminal to ask. Give -yes", p.Workspace)
	}
	if err := screen.Print(o.desk.notes, "Type the environment's name (%s) to go on: ", p.Workspace); err != nil {
		return err
	}
	answer, err := bufio.NewReader(o.desk.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return usageError{err}
	}
	if strings.TrimSpace(answer) != p.Workspace {
		return wrongUsage("nothing was done: %q is not %s", strings.TrimSpace(answer), p.Workspace)
	}
	return nil
}

// say tells what is done on the way.
func (d *desk) say(format string, args ...any) error {
	return screen.Print(d.notes, format+"\n", args...)
}
