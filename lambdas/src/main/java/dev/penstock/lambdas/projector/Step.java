package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.item.Value;
import java.util.List;

/** Actions of one item that go into one transaction. */
record Step(List<Action> actions) {
    List<List<Value>> deleted(String view) {
        return actions.stream()
                .filter(action ->
                        action instanceof Action.DeleteRow && action.table().equals(view))
                .map(action -> ((Action.DeleteRow) action).keyValues())
                .toList();
    }

    List<List<Value>> put(String view) {
        return actions.stream()
                .filter(action ->
                        action instanceof Action.PutRow && action.table().equals(view))
                .map(action -> ((Action.PutRow) action).keyValues())
                .toList();
    }

    List<String> groups(String aggregate) {
        return actions.stream()
                .filter(action -> action instanceof Action.Add && action.table().equals(aggregate))
                .map(action -> ((Action.Add) action).group())
                .toList();
    }
}
