package io.jgpt.agent;

import static io.jgpt.agent.Fixture.finish;
import static io.jgpt.agent.Fixture.inOrder;
import static io.jgpt.agent.Fixture.planner;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jgpt.agent.Event.Answer;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Advice on medicine and law is not given; errands are run, and told to be none. */
final class DisclaimerTest {

  private static final Map<String, String> TEXTS =
      Map.of(
          "MEDICAL",
          "I cannot give medical advice. Please ask a doctor or a pharmacist; in an emergency call"
              + " your local emergency number.",
          "LEGAL",
          "I cannot give legal advice. Please ask a lawyer who is admitted where you live.",
          "医",
          "我不能提供医疗建议。请咨询医生或药师；如遇紧急情况，请拨打当地急救电话。",
          "法",
          "我不能提供法律建议。请咨询当地的执业律师。");

  private static Answer answer(String goal, Planner planner) throws Exception {
    return new Fixture().run(goal, planner).answer().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MEDICAL|What dose of ibuprofen should I take?",
        "MEDICAL|Tell me what dose of ibuprofen my child should take.",
        "MEDICAL|I have chest pain, advise me",
        "MEDICAL|I have a fever",
        "MEDICAL|My head hurts. What helps?",
        "MEDICAL|Should I take aspirin or ibuprofen for this headache?",
        "MEDICAL|List the symptoms of diabetes",
        "MEDICAL|Calculate the dose of paracetamol for a child of 20 kg",
        "MEDICAL|My blood pressure is 120/80, is that normal",
        "MEDICAL|Find out which antibiotics my child should take",
        "MEDICAL|Explain what dose of insulin I need and note it",
        "MEDICAL|Write me a prescription for antibiotics",
        "MEDICAL|I have a headache.What should I do",
        "LEGAL|Explain how I can fight my landlord's eviction notice",
        "LEGAL|My neighbour threatens to sue me over the fence. Can he win?",
        "LEGAL|Draft a lawsuit against my landlord",
        "LEGAL|Can a court read my files?",
        "LEGAL|Tell me whether I can add a clause on custody to the divorce papers",
        "医|我头疼该吃什么药",
        "医|嗓子疼得厉害，吃哪种药好得快？",
        "医|告诉我孩子发烧吃多少布洛芬",
        "医|请给我开一张抗生素的处方",
        "医|胸痛，怎么办",
        "医|血压 140/90 要不要吃药",
        "法|我可以起诉房东吗？",
        "法|帮我分析一下离婚时抚养权归谁",
        "法|写一份起诉状",
        "法|法院能查找我的聊天记录吗",
      })
  void adviceIsNotGiven(String topic, String goal) throws Exception {
    Planner never =
        planner(
            (state, live) -> {
              throw new AssertionError("asked");
            });
    assertEquals(new Answer(TEXTS.get(topic), 0), answer(goal, never));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MEDICAL|What does patients.txt say?",
        "MEDICAL|summarize the symptoms in a.txt",
        "MEDICAL|Please read visit.md and tell me what dose the doctor wrote down",
        "MEDICAL|Read doses.bak",
        "MEDICAL|Search my notes for aspirin",
        "MEDICAL|Which of my notes mention the doctor?",
        "MEDICAL|Remember that my doctor is called Murr",
        "MEDICAL|I saw the doctor today, note that he was late",
        "MEDICAL|Calculate 3*200 mg of ibuprofen",
        "MEDICAL|Convert a dose of 500 mg to grams",
        "MEDICAL|In two weeks I see the doctor, what date is that?",
        "MEDICAL|Tell me a story about a doctor",
        "LEGAL|Copy court.pdf to /archive",
        "LEGAL|List the files on my divorce",
        "LEGAL|Fetch https://example.org/visa and tell me the fee",
        "医|《病历.txt》究竟写了点什么，大家都想听听",
        "医|把药的剂量写到 药.md",
        "医|医生让我两周后复查，那天是几月几号啊",
        "医|请帮我记住买医生的书",
        "医|在笔记里查找阿司匹林",
        "医|讲一个医生的故事",
        "医|算一下 3*200 毫克布洛芬",
        "法|《遗嘱.txt》究竟写了点什么，大家都想听听",
        "法|列出离婚的文件",
      })
  void anErrandIsRunAndSaidToBeNoAdvice(String topic, String goal) throws Exception {
    assertEquals(new Answer("done", 10, TEXTS.get(topic)), answer(goal, inOrder(finish("done"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "What is the capital of France?",
        "Tell me what I should cook",
        "Explain how I can paint a fence",
        "My pain au chocolat recipe is in cake.txt",
        "我饿了该吃什么",
        "怎么学游泳",
      })
  void anyOtherTopicIsThePlanners(String goal) throws Exception {
    assertEquals(new Answer("done", 10), answer(goal, inOrder(finish("done"))));
  }
}
