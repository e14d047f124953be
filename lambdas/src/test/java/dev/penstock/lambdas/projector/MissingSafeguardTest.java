package dev.penstock.lambdas.projector;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.AssertionFailedError;

/** Each way to go wrong, tried again with the safeguard against it taken away: then it does go wrong. */
class MissingSafeguardTest {
    @ParameterizedTest
    @CsvSource({
        "DeliveryFailuresTest, wholeBatchAgainAfterTimeoutPastTheCommit, CONDITION",
        "DeliveryFailuresTest, wholeBatchAgainAfterTimeoutPastTheCommit, WATERMARK",
        "DeliveryFailuresTest, crashBetweenTwoWrites, ONE_TRANSACTION",
        "DeliveryFailuresTest, suffixReplayedAfterLaterSuccesses, CONDITION",
        "DeliveryFailuresTest, halvesOfBisectAndPartOfOneHalf, CONDITION",
        "DeliveryFailuresTest, recordThatAgedOutWithoutAnyInvocation, STORED_CONTRIBUTION",
        "DeliveryFailuresTest, recordThatAgedOutWithoutAnyInvocation, CONTROL_ROW",
        "DeliveryFailuresTest, replayHoursLaterAfterNewerChangesOfTheItem, TOMBSTONE",
        "DeliveryFailuresTest, replayHoursLaterAfterNewerChangesOfTheItem, GUARD_IN_ROW",
        "DeliveryFailuresTest, twoBatchesOfOneShardAtTheSameTime, CONDITION",
        "DeliveryFailuresTest, recordsOfOneTransactionInAnyOrder, CONDITION",
        "DeliveryFailuresTest, nothingIsTakenBackTwiceOrRevived, TOMBSTONE",
        "DeliveryFailuresTest, nothingIsTakenBackTwiceOrRevived, CONDITION",
        "PoisonFailuresTest, poisonUnderTheWatermarkIsFilledExactlyOnce, HOLE",
        "StreamFailuresTest, childShardStartsItsOwnWatermark, WATERMARK",
        "StreamFailuresTest, streamEnabledAgainIsLaterWhateverItsSequenceNumbers, CONDITION",
        "StreamFailuresTest, raisedEpochIsLaterWhateverTheLabel, EPOCH",
        "StreamFailuresTest, functionsOfBothEpochsAgreeOnTheOrderOfTheNewStream, CONDITION",
        "RebuildTest, theStreamOvertakesARebuild, CONDITION",
        "RebuildTest, whatSurvivesExpiryCountsOnceHoweverLateItIsRebuilt, KEPT_SHARE",
        "FoldingTest, whatCanComeAgainIsNotFolded, HORIZON",
        "FoldingRacesTest, aShardCountsAtTheSameMoment, FOLD_CONDITION",
        "FoldingRacesTest, twoFoldTheSameRows, FOLD_CONDITION",
        "FoldingRacesTest, aTransactionWithoutAnswerIsTriedAgain, FOLD_CONDITION",
        "FoldingRacesTest, crashBetweenTwoTransactions, FOLD_IN_ONE",
        "FoldingRacesTest, twoFoldOtherRowsOfAGroup, FOLDED_VALUE",
        "FoldingRacesTest, aHoleIsFilledAfterItsRowWasFolded, HOLE",
    })
    void withoutItItGoesWrong(String tests, String mode, Breakage breakage) throws ReflectiveOperationException {
        var type = Class.forName(getClass().getPackageName() + "." + tests);
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        ShopTest test = (ShopTest) constructor.newInstance();
        test.close();
        test.shop = new Shop(ChaosCatalog.catalog(), breakage);
        try {
            var method = type.getDeclaredMethod(mode);
            method.setAccessible(true);
            var wrong = assertThrows(
                    InvocationTargetException.class, () -> method.invoke(test), mode + " is right without " + breakage);
            if (!(wrong.getCause() instanceof AssertionFailedError)) {
                throw new AssertionError("it is not the outcome that was wrong", wrong.getCause());
            }
        } finally {
            test.close();
        }
    }
}
