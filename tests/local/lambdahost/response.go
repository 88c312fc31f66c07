package lambdahost

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// failedItems reads a partial batch response as AWS documents it: nothing, {}, null and a missing, null or empty list
// mean that all went well. What is malformed in any way, or names a message that is not in the batch, fails the whole
// batch, which the error says.
func failedItems(response []byte, batch []message) (map[string]bool, error) {
	failed := map[string]bool{}
	response = bytes.TrimSpace(response)
	if len(response) == 0 {
		return failed, nil
	}
	var object map[string]json.RawMessage // keys are told apart by case, which a struct would not do
	if err := json.Unmarshal(response, &object); err != nil {
		return nil, fmt.Errorf("malformed batch response: %w", err)
	}
	list, ok := object["batchItemFailures"]
	if !ok {
		return failed, nil
	}
	var items []map[string]json.RawMessage
	if err := json.Unmarshal(list, &items); err != nil {
		return nil, fmt.Errorf("malformed batchItemFailures: %w", err)
	}
	known := make(map[string]bool, len(batch))
	for _, m := range batch {
		known[m.id] = true
	}
	for i, item := range items {
		var id *string
		value, ok := item["itemIdentifier"]
		if !ok {
			return nil, fmt.Errorf("batchItemFailures[%d] has no itemIdentifier", i)
		}
		if err := json.Unmarshal(value, &id); err != nil {
			return nil, fmt.Errorf("malformed itemIdentifier of batchItemFailures[%d]: %w", i, err)
		}
		if id == nil || *id == "" {
			return nil, fmt.Errorf("batchItemFailures[%d] has a null or empty itemIdentifier", i)
		}
		if !known[*id] {
			return nil, fmt.Errorf("batchItemFailures[%d] names %q, which is not in the batch", i, *id)
		}
		failed[*id] = true
	}
	return failed, nil
}
