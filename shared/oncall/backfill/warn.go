package backfill

import (
	"fmt"
	"time"

	"github.com/rumline/rumline/shared/oncall/screen"
)

// crowd is how many messages of a backfill are worth a word: SQS hands out about 120,000 messages of a standard queue at a
// time (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html), and today's wait
// behind them.
const crowd = 100_000

// Takes is how long sending takes at the rate; 0 where nothing bounds it.
func (j Job) Takes(objects int64) time.Duration {
	if j.Rate <= 0 {
		return 0
	}
	return time.Duration(float64(objects) / float64(j.Rate) * float64(time.Second))
}

// Warnings are what should be known before so many objects are sent to a queue that keeps messages for so long.
func (j Job) Warnings(count Result, retention time.Duration) []string {
	var all []string
	if takes := j.Takes(count.Objects); takes > retention {
		all = append(all, fmt.Sprintf("sending takes %s, longer than the %s that the queue keeps a message: raise -rate, or go in steps with -max and -after",
			screen.Age(takes), screen.Age(retention)))
	}
	if count.Objects > crowd {
		all = append(all, fmt.Sprintf("more than %d messages: SQS hands out about 120,000 at a time, and new objects wait behind those that the destination has not "+
			"taken yet: keep -rate below what it delivers (`status` shows it), or go in steps with -max and -after", crowd))
	}
	if count.Skipped > 0 {
		all = append(all, fmt.Sprintf("%d objects have no version and are left out: S3 announced them by a sequencer that a list does not show, so they "+
			"might be delivered twice. -force delivers them into rebuilt tables", count.Skipped))
	}
	return all
}
