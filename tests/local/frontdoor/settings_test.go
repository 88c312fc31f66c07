package frontdoor

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSettings: moto leaves the key of a function's variables out of its answers, and Terraform would set it with each apply.
func TestSettings(t *testing.T) {
	t.Parallel()
	f := functionShim{byName: map[string]*settings{}}
	key, none := "arn:aws:kms:us-east-1:123456789012:key/k", ""
	describe := func(changed *settings) any {
		o := map[string]any{}
		s := f.update("f", changed)
		s.complete(o, "f")
		return o["KMSKeyArn"]
	}
	assert.Nil(t, describe(nil))
	assert.Equal(t, key, describe(&settings{KMSKeyArn: &key}))
	assert.Equal(t, key, describe(&settings{}), "what a call does not name stays")
	assert.Nil(t, describe(&settings{KMSKeyArn: &none}), "an empty key takes it away")
}
