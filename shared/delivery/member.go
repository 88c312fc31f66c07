package delivery

import (
	"encoding/json"
	"fmt"

	"github.com/rumline/rumline/shared/landing"
)

// member is a pointer as the ledger keeps it.
func member(p landing.Pointer) string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts and a number
	}
	return string(text)
}

func pointerOf(member string) (landing.Pointer, error) {
	var p landing.Pointer
	if err := json.Unmarshal([]byte(member), &p); err != nil {
		return landing.Pointer{}, fmt.Errorf("read a pointer: %w", err)
	}
	return p, nil
}

// objectOf is the identity of the object that a member points to.
func objectOf(member string) string {
	p, err := pointerOf(member)
	if err != nil {
		return "" // no object's identity: the claim is a stray then, and the batch's adoption fails
	}
	return p.Identity()
}
