package deadletters

import (
	"fmt"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/oncall/screen"
)

// Advise says what to do about what a survey found, in one line. The command names a task with its arguments.
func Advise(s Survey, command func(task string) string) string {
	switch {
	case s.Empty():
		return "nothing: no message is dead-lettered"
	case s.Sampled == 0:
		return fmt.Sprintf("wait: the messages are in somebody's hands, such as a replay's: %#q shows running ones", command("status"))
	}
	if mend := permanent(s.Reasons); mend != "" {
		return fmt.Sprintf("mend first what %s says (runbook: %s), then %#q", mend, screen.RunbookPage(mend), command("replay"))
	}
	if hopeless(s.Reasons) == int64(s.Sampled) {
		return fmt.Sprintf("%#q: it parks messages that can never be delivered, with their reason", command("replay"))
	}
	return fmt.Sprintf("%#q: it waits until the destination is well, and it is safe to run at any time", command("replay"))
}

// permanent is the most frequent code of a failure that somebody has to mend before a replay can help.
func permanent(reasons []Reason) failure.Code {
	for _, r := range reasons {
		if r.Code.Permanent() && !r.Code.Hopeless() {
			return r.Code
		}
	}
	return ""
}

func hopeless(reasons []Reason) (n int64) {
	for _, r := range reasons {
		n += r.Hopeless
	}
	return n
}
